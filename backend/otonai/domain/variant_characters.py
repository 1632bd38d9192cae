"""Kanji of names and places that are written in more than one form: each line is one character.

For comparing only; nobody's name is ever rewritten. A line holds forms that differ in shape alone: the old and the new
form of the official list of characters (常用漢字表, 人名用漢字), and forms common in family registers that the center
may deliver the other way or as ●. Look-alikes that are different names (坂/阪, 薗/園, 藤/籐) are not here.
Compatibility characters (U+FA19 for 神, U+FA1B for 福 …) need no line: Unicode's own normal form unites them before
this table is asked.
Sources: registry-sync 5 (kanji variants), S-090, S-091.
"""

from __future__ import annotations

#: The first form of a line stands for all of them.
_FAMILY_NAMES = """
高髙 崎﨑嵜𥔎 浜濱濵 辺邊邉 斎斉齋齊 沢澤 広廣 桜櫻 島嶋嶌 真眞 瀬瀨 吉𠮷 柳栁桺 徳德 恵惠 橋槗 富冨 峰峯
船舩 館舘 曽曾 淵渕渊 滝瀧 竜龍 国國 円圓 塩鹽 桑桒 野埜墅 秋穐龝 松枩 村邨 鶴靏靍靎 鶏鷄雞 郎郞 晃晄 昂昻
清淸 静靜 緒緖 緑綠 絵繪 穂穗 稲稻 礼禮 蔵藏 彦彥 尚尙 亀龜 亘亙 凜凛 涼凉 巌巖 寿壽 寛寬 実實 将將 尭堯
弥彌 強强 恒恆 悦悅 戸戶 晋晉 条條 来來 栄榮 楽樂 権權 横橫 桧檜 検檢 歩步 歴歷 毎每 焔焰 為爲 瑶瑤 祢禰
禄祿 節莭 籠篭 経經 総總 聡聰 舎舍 芸藝 荘莊 蛍螢 衛衞 覚覺 観觀 諌諫 豊豐 頼賴 遥遙 郷鄕鄉 鉄鐵鐡銕 銭錢
録錄 関關 霊靈 青靑 顕顯 騨驒 鯵鰺 鴎鷗 鴬鶯 麹麴 黄黃 黒黑 厩廐 呉吳 槙槇 尓爾 猫貓 枡桝 竪豎 萌萠 蒋蔣
迩邇 靭靱 喜㐂 土圡 昇曻 宝寶寳 叙敍 勲勳勛 留畄畱 皐皋臯 穣穰 奇竒 群羣 脈脉 蘇蘓 剣劍劔劒釼剱 闘鬪鬭 鵞鵝
岳嶽 栃杤 満滿 藪籔薮 貢贡 隣鄰 須湏 檪櫟 砺礪 筒筩 箏筝 翠翆 臈臘 薫薰 裏裡 輝煇 釜釡 閑閒 雁鴈 頚頸
"""

_OTHER_OLD_FORMS = """
乗乘 乱亂 亜亞 仏佛 仮假 伝傳 偽僞 価價 倹儉 併倂 児兒 両兩 剰剩 剤劑 労勞 励勵 勧勸 区區 巻卷 即卽 参參
単單 厳嚴 嘱囑 圏圈 囲圍 図圖 団團 増增 堕墮 圧壓 塁壘 壊壞 壌壤 壮壯 壱壹 奥奧 奨奬 嬢孃 学學 寝寢 写寫
専專 対對 届屆 属屬 峡峽 巣巢 帯帶 廃廢 庁廳 弾彈 径徑 従從 徴徵 悪惡 悩惱 慎愼 惨慘 応應 懐懷 恋戀 戦戰
戯戲 戻戾 払拂 抜拔 拝拜 挟挾 挿插 掲揭 揺搖 捜搜 択擇 撃擊 担擔 拠據 挙擧 拡擴 摂攝 収收 効效 勅敕 数數
断斷 晩晚 昼晝 暦曆 暁曉 会會 桟棧 概槪 楼樓 枢樞 様樣 欧歐 歓歡 帰歸 残殘 殻殼 殴毆 気氣 渉涉 涙淚 浄淨
浅淺 渇渴 渓溪 温溫 滞滯 潜潛 渋澁澀 湿濕 済濟 湾灣 灯燈 焼燒 営營 炉爐 争爭 犠犧 状狀 狭狹 独獨 猟獵
獣獸 献獻 瓶甁 画畫 当當 畳疊疉 痩瘦 痴癡 発發 盗盜 尽盡 研硏 砕碎 秘祕 禅禪 称稱 穏穩 窃竊 並竝 粋粹
糸絲 縁緣 県縣 縦縱 縄繩 継繼 続續 繊纖 欠缺 缶罐 声聲 聴聽 粛肅 脳腦 胆膽 臓臟 台臺 与與 旧舊 艶艷 茎莖
万萬 薬藥 処處 虚虛 号號 虫蟲 蚕蠶 蛮蠻 装裝 褒襃 覧覽 触觸 謡謠 証證 訳譯 誉譽 読讀 変變 譲讓 予豫 弐貳
売賣 賛贊 讃讚 践踐 軽輕 転轉 辞辭 逓遞 遅遲 酔醉 医醫 醸釀 釈釋 錬鍊 鎮鎭 鋳鑄 鉱鑛 陥陷 随隨 険險 隠隱
双雙 雑雜 覇霸 翻飜 余餘 騒騷 駆驅 験驗 駅驛 髄髓 体體 髪髮 麦麥 麺麵 黙默 点點 党黨 歯齒 齢齡 剥剝 填塡
頬頰 嘘噓 掴摑 掻搔 蝉蟬 蝋蠟 醤醬 莱萊 繍繡 噛嚙 躯軀 醗醱 涜瀆 箪簞 祷禱 屏屛 潅灌 蛎蠣 芦蘆 曳曵 兎兔
撹攪 鹸鹼 壷壺 砿礦 笋筍 箆篦 粘黏
"""


def _forms(lines: str) -> dict[int, str]:
    return {ord(other): group[0] for group in lines.split() for other in group[1:] if other != group[0]}


#: For `str.translate`: every other form to the one that stands for its line.
ONE_FORM: dict[int, str] = _forms(_FAMILY_NAMES) | _forms(_OTHER_OLD_FORMS)
