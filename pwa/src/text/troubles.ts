/**
 * つながらないときの手引き。 Remedies for terminal, reader and link, as data: what is seen, what to do in order, whom to call.
 *
 * Sources are the customer's documents (S-203…S-237); codes outside this list are passed through with the general steps.
 * `ways` are said for a maker only when that maker differs.
 */

import { effect, signal } from "@preact/signals";
import { language } from ".";

export type Maker = "almex" | "panasonic" | "canon" | "fujitsu" | "atlas";
export type Place = "reader" | "terminal" | "link" | "resecon";

export type Trouble = {
  id: string;
  place: Place;
  /** Codes as shown on the reader or the management tool. */
  codes: readonly string[];
  /** The message or sign as people describe it; searched with kana and width folded. */
  signs: readonly string[];
  title: string;
  cause: string;
  steps: readonly string[];
  /** What only one maker says or does. */
  ways?: Partial<Record<Maker, string>>;
  call: "maker" | "dealer" | "portal" | "none";
  shows: readonly string[];
};

const POWER = "機器の電源が入っているか、ケーブルが抜けていないかを見ます。";
const TERMINAL_AGAIN = "資格確認端末を再起動します。起動には時間がかかるので、待ちます。";
const ORDER = "オン資ルーター → カードリーダー → 資格確認端末 → レセコンの順に再起動します。";

export const TROUBLES: readonly Trouble[] = [
  {
    id: "reader-011-008",
    place: "reader",
    codes: ["011", "008"],
    signs: ["エラー011", "エラー008", "接続できません"],
    title: "リーダーに 011 または 008 が出る",
    cause: "リーダーと資格確認端末がつながっていません。端末の電源が切れているだけのことも多くあります。",
    steps: [POWER, TERMINAL_AGAIN],
    ways: { panasonic: "コードはリーダーではなく、端末の管理ツールの画面に出ます。" },
    call: "maker",
    shows: ["S-204", "S-210", "S-211", "S-212", "S-236"],
  },
  {
    id: "reader-001-002",
    place: "reader",
    codes: ["001", "002"],
    signs: ["カードを読み取れません", "マイナンバーカードではありません"],
    title: "カードを読み取れない（001・002）",
    cause: "カードの向きやケース、または別のカードのことがあります。",
    steps: [
      "カードをケースから出し、リーダーの絵と同じ向きに置き直します。",
      "画面が「取り出してください」と出るまで、動かさずに待ちます。",
      "ほかの人のカードが読めるかを確かめます。読めれば、そのカードの有効期限を確かめます。",
    ],
    call: "none",
    shows: ["S-211", "S-233"],
  },
  {
    id: "reader-103",
    place: "reader",
    codes: ["103"],
    signs: ["スクリーンキーボード", "液晶"],
    title: "リーダーに 103 が出る",
    cause: "リーダーの画面（液晶・画面のキーボード）の不良です。",
    steps: [
      "画面に傷や割れがないかを見ます。",
      "メーカーに連絡します。それまでは資格確認書などで確かめます。",
    ],
    call: "maker",
    shows: ["S-213"],
  },
  {
    id: "reader-905",
    place: "reader",
    codes: ["905"],
    signs: ["医療機関コード"],
    title: "リーダーに 905 が出る",
    cause: "医療機関コードがこの3か月ほどの間に変わったか、リーダーとの接続の不良です。",
    steps: [
      "医療機関コードが変わったときは、端末の設定の変更を販売店に頼みます。",
      "変わっていないときは、リーダーと端末をつなぐUSBケーブルを抜き差しします。",
      "資格確認端末 → レセコンの順に再起動します。",
    ],
    call: "dealer",
    shows: ["S-150", "S-215"],
  },
  {
    id: "reader-907",
    place: "reader",
    codes: ["907"],
    signs: [],
    title: "管理ツールに 907 が出る（パナソニック）",
    cause: "パナソニックのリーダーだけに出るコードです。",
    steps: ["パナソニックの窓口に連絡します。"],
    call: "maker",
    shows: ["S-216"],
  },
  {
    id: "reader-lan",
    place: "reader",
    codes: [],
    signs: ["職員は院内のLANケーブル接続を確認してください", "LANケーブル"],
    title: "「院内のLANケーブル接続を確認」と出る",
    cause: "オン資の回線まで届いていません。",
    steps: [POWER, ORDER],
    call: "maker",
    shows: ["S-205", "S-214"],
  },
  {
    id: "reader-black",
    place: "reader",
    codes: [],
    signs: ["画面が真っ黒", "準備中", "画面が出ない"],
    title: "リーダーの画面が真っ黒、または「準備中」のまま",
    cause:
      "リーダーか端末の電源、または起動の順番です。ふつうは、初期化 → 数字の減る画面 → 「カードを置いてください」と進みます。",
    steps: [POWER, ORDER],
    ways: { fujitsu: "リーダーを先に、端末をあとに入れたときだけ動きます。" },
    call: "maker",
    shows: ["S-205", "S-206", "S-208", "S-217", "S-228"],
  },
  {
    id: "reader-no-reaction",
    place: "reader",
    codes: [],
    signs: ["カードを置いても反応しない", "反応しない"],
    title: "カードを置いても反応しない",
    cause: "電源かUSBケーブルのことが多くあります。",
    steps: [POWER, "リーダーのUSBケーブルを抜き差しします。", ORDER],
    ways: {
      almex: "ケーブルは2本です（USB–microUSB と専用ケーブル）。両方を見ます。",
      panasonic: "USB type-B のケーブル1本を、奥まで差します。",
      canon: "USB type-B のケーブル1本を、奥まで差します。",
      fujitsu:
        "ケーブルは1本です。端末のネットワーク「Remote NDIS based Internet Sharing Device」が有効かも見ます。",
    },
    call: "maker",
    shows: ["S-218", "S-219", "S-220", "S-221"],
  },
  {
    id: "reader-name-missing",
    place: "reader",
    codes: [],
    signs: ["医院名が出ない", "管理アプリ"],
    title: "管理アプリに医院の名前が出ない",
    cause:
      "どのメーカーも、正しく動いていれば管理アプリに医院の名前が出ます。出ないときは起動できていません。",
    steps: ["管理アプリを閉じて、開き直します。", TERMINAL_AGAIN],
    call: "maker",
    shows: ["S-209"],
  },
  {
    id: "reader-face",
    place: "reader",
    codes: [],
    signs: ["顔が認識されない", "顔認証できない", "まぶしい"],
    title: "顔を認識しない",
    cause: "カメラから外れているか、窓や照明の光が強すぎます。",
    steps: [
      "カメラを見て、枠の中に顔を入れます。",
      "リーダーの向きを変え、読み取り口に光が当たらないようにします。",
      "暗証番号での確認に切り替えます。2回まちがえたら、そこで止めます（3回で使えなくなります）。",
    ],
    call: "none",
    shows: ["S-040", "S-197"],
  },
  {
    id: "reader-public-expense",
    place: "reader",
    codes: [],
    signs: ["公費の券を読めない", "公費OCR", "受給者証"],
    title: "公費の受給者証をリーダーで読めない",
    cause:
      "公費の券を読み取れる（OCR）のは、アルメックスのリーダーだけです。ほかのメーカーでは故障ではありません。",
    steps: ["券を受け取り、目で確かめて、レセコンに入力します。"],
    ways: { almex: "公費の券を読み取り台にのせます。読めないときは、券の折れや光の反射を直します。" },
    call: "none",
    shows: ["S-237"],
  },
  {
    id: "terminal-off",
    place: "terminal",
    codes: [],
    signs: ["端末が動かない", "端末の電源が切れている", "何をしてもなおらない"],
    title: "まず試すこと：端末の電源と再起動",
    cause: "リーダーのエラーも、結果が来ないのも、端末の電源が切れているだけのことが多くあります。",
    steps: ["資格確認端末の電源が入っているかを見ます。切れていれば、入れて待ちます。", TERMINAL_AGAIN],
    call: "dealer",
    shows: ["S-204", "S-236"],
  },
  {
    id: "terminal-orders",
    place: "terminal",
    codes: [],
    signs: ["入れる順番", "切る順番", "停電のあと", "シャットダウン"],
    title: "機器を入れる順・切る順",
    cause: "順番がちがうと、リーダーが端末を見つけられないことがあります。",
    steps: [
      "入れるときは、カードリーダーを先に、資格確認端末をあとに入れます。",
      "切るときは、資格確認端末をシャットダウンしてから、カードリーダーを切ります。",
      "うまく動かないときは、オン資ルーター → カードリーダー → 資格確認端末 → レセコンの順に入れ直します。",
    ],
    ways: { fujitsu: "リーダーを先に入れたときだけ動きます。" },
    call: "none",
    shows: ["S-205", "S-206", "S-207"],
  },
  {
    id: "terminal-screen",
    place: "terminal",
    codes: [],
    signs: ["端末の画面を開けない", "切替器", "リモートデスクトップ", "Ctrlを2回", "マウスが動かない"],
    title: "端末の画面の開きかたが分からない",
    cause:
      "端末の画面は、切替器・リモートデスクトップ・キー（Ctrl を2回）のどれかで開きます。医院ごとにちがいます。端末だけの画面・キーボード・マウスがある医院もあります。",
    steps: [
      "この画面の「当院の控え」の、端末の画面の開きかたを見ます。",
      "書かれていないときは、端末のそばの切替器のボタン、Ctrl を2回、パソコンの「リモートデスクトップ」の順に試します。",
      "端末だけの画面・キーボード・マウスがないかを見ます。電源と差し込みも見ます。",
      "開けたら、開きかたを「当院の控え」に書きます（管理者）。",
    ],
    call: "dealer",
    shows: ["S-234", "S-235"],
  },
  {
    id: "terminal-lamp",
    place: "terminal",
    codes: [],
    signs: ["端末のランプ", "モニターが映らない", "信号なし"],
    title: "端末の画面が出ない",
    cause:
      "本体のランプ：緑＝動作中、赤＝電源はあるが起動していない、消灯＝電源なし。モニターのランプ：青＝正常、橙＝信号なし、消灯＝電源なし。",
    steps: ["赤や消灯のときは、電源ボタンを押します。", "橙のときは、HDMIケーブルの両端を差し直します。"],
    call: "dealer",
    shows: ["S-222"],
  },
  {
    id: "terminal-slow-start",
    place: "terminal",
    codes: [],
    signs: ["起動に時間がかかる", "立ち上がらない"],
    title: "端末の起動に時間がかかる",
    cause:
      "更新の受け取りと連携の開始を待っています。夜も電源を入れておくと短くなります（4時ごろに自動で再起動します）。",
    steps: [
      "そのまま待ちます。途中で電源を切りません。",
      "ノート型は、ふたを閉じても「何もしない」設定にします。",
    ],
    call: "none",
    shows: ["S-167", "S-168", "S-228", "S-229"],
  },
  {
    id: "terminal-forced-login",
    place: "terminal",
    codes: [],
    signs: ["前回正常にログアウトされていなかった", "強制的にログインしますか"],
    title: "「強制的にログインしますか」と出る",
    cause: "前回、×で閉じたためです。",
    steps: ["「はい」で進めます。", "終わるときは × ではなく、ログアウトを押します。"],
    call: "none",
    shows: ["S-143", "S-144"],
  },
  {
    id: "terminal-logged-off",
    place: "terminal",
    codes: [],
    signs: ["気がつくと最初の画面", "ログオフされている"],
    title: "気がつくと最初の画面にもどっている",
    cause: "30分間操作がないと、自動でログオフします。",
    steps: ["もう一度ログインします。5回まちがえると30分間、または管理者が解除するまで入れません。"],
    call: "none",
    shows: ["S-145", "S-171", "S-173"],
  },
  {
    id: "terminal-harmless",
    place: "terminal",
    codes: [],
    signs: ["Windowsのライセンス認証", "システムイメージ作成に失敗"],
    title: "ライセンス認証・システムイメージのメッセージが出る",
    cause: "どちらも、資格確認には差し支えありません。",
    steps: ["そのまま使います。システムイメージが一つもないときだけ、販売店に知らせます。"],
    call: "none",
    shows: ["S-147", "S-148"],
  },
  {
    id: "link-no-answer",
    place: "link",
    codes: [],
    signs: ["応答がありません", "時間をおいて再度", "タイムアウト"],
    title: "「応答がありません」と出る、結果が返ってこない",
    cause: "朝の受付やレセプトの時期は混み合います。続くときは、連携アプリか回線の不調です。",
    steps: [
      "5分ほど待ちます。おとないは自動でもう一度ためします（登録の送り直しは、しません）。",
      "続くときは、連携アプリを再起動します（レセコンの「オン資共通再起動」がある医院は、それを使います）。",
      TERMINAL_AGAIN,
    ],
    call: "dealer",
    shows: ["S-141", "S-160", "S-226", "S-227"],
  },
  {
    id: "link-common-ap",
    place: "link",
    codes: [],
    signs: ["共通APから以下のエラー", "システムエラー", "アプリケーションログ"],
    title: "「共通APから以下のエラーが返されました」と出る",
    cause: "連携アプリの不調です。",
    steps: [
      "連携アプリを再起動します。",
      "「アプリケーションログをご確認ください」とあるときは、Windowsのアプリケーションログの内容を控えて、販売店に伝えます。",
    ],
    call: "dealer",
    shows: ["S-142"],
  },
  {
    id: "link-all-fail",
    place: "link",
    codes: [],
    signs: ["全員エラー", "すべて失敗", "全員が該当なし"],
    title: "きょうの全員がエラー、または全員が該当なし",
    cause: "患者さんの番号ではなく、端末との接続か医療機関コードの設定が疑わしいときです。",
    steps: [
      "この画面のいちばん上の明かりで、切れている所を見ます。",
      "リーダーに905が出ていないかを見ます。",
      "医療機関コードが最近変わったときは、端末の設定の変更を販売店に頼みます。",
    ],
    call: "dealer",
    shows: ["S-139", "S-150", "S-230"],
  },
  {
    id: "link-style",
    place: "link",
    codes: [],
    signs: ["ボタンがない", "画面が手引きと違う", "直結型", "ファイル連携"],
    title: "レセコンのボタンや画面が、手引きとちがう",
    cause:
      "レセコンと端末のつなぎかたは2つあります。ファイルをやり取りする型と、直結（USB など）の型で、ボタンもできることもちがいます。",
    steps: [
      "当院がどちらの型かを、この画面の「当院の控え」で見ます。",
      "ファイルの型なら、おとないもレセコンも同じフォルダーを使います。直結の型なら、レセコンのボタンの手引きは販売店のものを見ます。",
    ],
    call: "dealer",
    shows: ["S-231"],
  },
  {
    id: "link-reference-number",
    place: "link",
    codes: [],
    signs: ["照会番号が未登録", "患者とつながらない", "別の人に紐付いた", "照会番号"],
    title: "結果がカルテの患者さんとつながらない（照会番号）",
    cause:
      "照会番号は、ひとりにひとつ、ひとつの医療機関の中で両方のシステムをつなぐ番号です。未登録か、別の人に付いています。",
    steps: [
      "患者の画面を開き、照会番号が「未登録」か、番号が入っているかを見ます。",
      "別の人に付いているときは、紐付けを外してから、正しい人を選んで保存します。",
      "未登録のときは、患者の画面の「照会番号登録」を一度だけ押します。登録は自動では送り直しません。",
    ],
    call: "none",
    shows: ["S-120", "S-121", "S-232"],
  },
  {
    id: "resecon-orca",
    place: "resecon",
    codes: [],
    signs: ["ORCA", "WebORCA", "onshi-receiver"],
    title: "ORCA・WebORCA に結果が届かない",
    cause: "受け取りのサービス（onshi-receiver）が止まっていることがあります。",
    steps: [
      "資格確認端末（WebORCA は連携端末も）を再起動します。",
      "「コンピューターの管理」→「サービス」で onshi-receiver を開き、停止していれば開始します。",
      "10〜30秒後にもう一度見て、止まっていないことを確かめます。",
    ],
    call: "dealer",
    shows: ["S-223"],
  },
  {
    id: "resecon-dynamics-mrn",
    place: "resecon",
    codes: [],
    signs: ["ダイナミクス", "Dynamics", "MRN"],
    title: "ダイナミクス・MRN に結果が届かない",
    cause: "受け取るパソコンの不調です。",
    steps: [
      "ダイナミクスは、オン資格のボタンがあるパソコンを再起動します。",
      "MRN は、受け取れないパソコンを再起動します。",
    ],
    call: "dealer",
    shows: ["S-224", "S-225"],
  },
  {
    id: "phone-oqc",
    place: "link",
    codes: ["OQC-"],
    signs: ["公式ページが開かない", "マイナ在宅受付Webのエラー"],
    title: "患者さんの電話に OQC- で始まるコードが出る",
    cause: "マイナ在宅受付Web の側か、電波の不調です。医院のWi-Fiで失敗し、携帯の回線で開けた例があります。",
    steps: [
      "Wi-Fiを切り、携帯の回線でためします。",
      "コードをそのまま控えます。続くときは、総合ポータルの窓口に伝えます。",
    ],
    call: "portal",
    shows: ["S-188", "S-191"],
  },
];

export type Contact = { id: string; name: string; phone: string; hours: string; makers?: readonly Maker[] };

/** As printed in the customer's documents; a clinic adds its own dealer in the settings. */
export const CONTACTS: readonly Contact[] = [
  {
    id: "portal",
    name: "医療機関等向け総合ポータル（コールセンター）",
    phone: "0800-080-4583",
    hours: "月〜金 8:00–18:00、土 8:00–16:00（日・祝日・12/29–1/3 は休み）",
  },
  {
    id: "my-number",
    name: "マイナンバー総合フリーダイヤル（カードの停止は24時間）",
    phone: "0120-95-0178",
    hours: "停止は年中無休",
  },
  { id: "panasonic", name: "パナソニック", phone: "0120-878-400", hours: "", makers: ["panasonic"] },
  { id: "atlas", name: "アトラス情報サービス", phone: "06-6946-2488", hours: "", makers: ["atlas"] },
  { id: "almex", name: "アルメックス", phone: "0120-346-400", hours: "24時間", makers: ["almex"] },
  { id: "fujitsu", name: "富士通・PFU", phone: "0120-924-524", hours: "", makers: ["fujitsu"] },
  { id: "canon", name: "キヤノン", phone: "03-6636-0333", hours: "", makers: ["canon"] },
  {
    id: "nec",
    name: "端末が NEC のとき（携帯からは 0570-064-211）",
    phone: "0120-00-8283",
    hours: "月〜金 9:00–18:00",
  },
];

export const MAKERS: ReadonlyArray<{ id: Maker; name: string }> = [
  { id: "almex", name: "アルメックス" },
  { id: "panasonic", name: "パナソニック" },
  { id: "canon", name: "キヤノン" },
  { id: "fujitsu", name: "富士通・PFU" },
  { id: "atlas", name: "アトラス" },
];

/** What every window asks for (S-191). */
export const HAVE_READY: readonly string[] = [
  "画面のコードとメッセージ（そのままの文）",
  "いつから、何人に出ているか",
  "リーダーと端末のメーカー",
  "画面の写真（患者さんの名前が写らないように）",
];

export const ORDERS: readonly string[] = [
  "入れるとき：カードリーダー → 資格確認端末 → レセコン",
  "切るとき：資格確認端末をシャットダウン → カードリーダー",
  "入れ直すとき：オン資ルーター → カードリーダー → 資格確認端末 → レセコン",
];

type Words = {
  title: string;
  signs: readonly string[];
  cause: string;
  steps: readonly string[];
  ways?: Partial<Record<Maker, string>>;
};

/** Everything here in another language: entries by their id. Codes and numbers are not said twice. */
export type Guide = {
  troubles: Record<string, Words>;
  contacts: Record<string, { name: string; hours: string }>;
  makers: Record<Maker, string>;
  ready: readonly string[];
  orders: readonly string[];
};

const english = signal<Guide | null>(null);
effect(() => {
  if (language.value !== "en") return;
  void import("./troubles-en").then((module) => {
    english.value = module.guideEn;
  });
});

/** The remedies as they are read now; what is seen can be looked for in Japanese and, once it is used, in English. */
export function guide(): {
  troubles: readonly Trouble[];
  contacts: readonly Contact[];
  makers: typeof MAKERS;
  ready: readonly string[];
  orders: readonly string[];
} {
  const other = language.value === "en" ? english.value : null;
  if (!other) {
    return { troubles: TROUBLES, contacts: CONTACTS, makers: MAKERS, ready: HAVE_READY, orders: ORDERS };
  }
  return {
    troubles: TROUBLES.map((trouble) => inOther(trouble, other.troubles[trouble.id])),
    contacts: CONTACTS.map((contact) => ({ ...contact, ...other.contacts[contact.id] })),
    makers: MAKERS.map(({ id }) => ({ id, name: other.makers[id] })),
    ready: other.ready,
    orders: other.orders,
  };
}

function inOther(trouble: Trouble, words: Words | undefined): Trouble {
  return words ? { ...trouble, ...words, signs: [...trouble.signs, trouble.title, ...words.signs] } : trouble;
}
