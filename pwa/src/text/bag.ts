/** The bag in words: what is packed, until when, what opens without a network, and what became of a stopped tablet. */
import { sentences } from "./sentences";

const ja = {
  "state.ready": "持ち出し準備OK（{count}名）",
  "state.readyHint": "電波がなくても見られます・あと {left}",
  "state.packing": "持ち出し {done}/{total}名",
  "state.packingHint": "このままお待ちください",
  "state.partly": "持ち出し準備 {ready}/{count}名",
  "state.partlyHint": "つながると、のこりを自動で続けます",
  "state.full": "端末の空きが足りず、持ち出せません",
  "state.fullHint": "写真などを消して、読みなおしてください。未送信の入力は消しません",
  "state.storage": "端末に保存できず、持ち出せません",
  "state.storageHint": "アプリを閉じて、開きなおしてください",
  "state.none": "まだ持ち出していません",
  "state.noneHint": "つながると、自動で準備します",
  "withheld.carry_medical_off": "お薬・健診は持ち出しません（医院の設定）",
  "withheld.role": "お薬・健診を持ち出せるのは、医師と看護師です",
  "withheld.byod": "個人の端末には、お薬・健診を持ち出しません",
  "person.ready": "持出OK",
  "person.packing": "準備中",
  "person.failed": "持出まだ",
  "left.hours": "{hours}時間{minutes}分",
  "left.minutes": "{minutes}分",
  "alone.title": "つながっていません。この端末に持ち出した、きょうの予定です",
  "alone.left": "あと {left}で消えます",
  "alone.online": "つながりました。PINを入れると、最新の予定になります。",
  "alone.act": "PINを入れる",
  "day.over": "きょうの持ち出しは終わりました",
  "day.overNext": "つながってPINで開くと、新しい予定を受けとります。",
  "day.overUnsent":
    "つながってPINで開くと、新しい予定を受けとります。未送信の入力{count}件は、この端末に残っています。",
  "med.carried": "持ち出した情報（あと {left}）",
  "med.clock": "お薬・健診を閉じています",
  "med.clock_behind": "端末の時計が戻っています。つながると時刻が合い、また見られます。",
  "med.too_long_alone": "12時間以上つながっていません。つながると、また見られます。",
  "med.strict":
    "お薬・健診は、アプリが一度閉じられると、電波なしでは開けません（医院の設定）。つながってPINで開くと見られます。",
  "med.notCarried": "この端末に持ち出していません。つながると見られます。",
  "med.notNoted":
    "この端末に記録を残せないため、表示していません。空き容量を確認し、つながる所でもう一度開いてください。",
  "lock.signal": "開くには電波が必要です",
  "lock.signalText":
    "アプリが一度閉じられたため、PINはサーバーで確かめます。電波のよいところで、もう一度お試しください。",
  "lock.safe": "未送信の入力{count}件は、封をしたままこの端末に残っています。",
  "lock.passkey": "パスキーで開く",
  "lock.passkeyHint": "指か顔で開きます。電波はいりません。",
  "lock.advice": "パスキーを設定しておくと、次から電波がなくても開けます（きょうの訪問 → 設定）。",
  "lock.spent": "PINを5回まちがえました",
  "lock.spentNext":
    "この端末で開けるものを手放しました。電波のあるところで開いてください。未送信の入力は残っています。",
  "passkey.wrong_passkey": "このパスキーでは開けませんでした",
  "passkey.wrong_passkeyNext": "電波のあるところでPINで開き、設定からパスキーを作りなおしてください。",
  "passkey.nothing_kept": "きょうの持ち出しがありません",
  "passkey.nothing_keptNext": "電波のあるところで、PINで開いてください。",
  "passkey.no_prf": "この端末のパスキーは、電波なしの持ち出しに使えません",
  "passkey.no_prfNext": "iPadOSを最新にすると使えることがあります。PINではこれまでどおり開けます。",
  "passkey.device": "この端末ではパスキーを使えません",
  "passkey.deviceNext": "画面ロックのパスコードと、指か顔の登録を確かめてください。",
  "settings.open": "設定",
  "settings.title": "この端末の持ち出し",
  "settings.passkey": "電波がないときの開き方",
  "settings.passkeyText":
    "アプリが閉じられたあとでも、電波なしできょうの予定を開けるようにします。{name}さんだけが、指か顔で開けます。",
  "settings.passkeyMedical": "お薬・健診も開けます（医院の設定）。",
  "settings.passkeyStrict": "お薬・健診は、開いたままの間だけ見られます（医院の設定）。",
  "settings.passkeyOn": "パスキーを設定してあります",
  "settings.passkeyOff": "まだ設定していません",
  "settings.passkeyMake": "パスキーを設定する",
  "settings.passkeyAgain": "作りなおす",
  "settings.passkeyRemove": "パスキーを外す",
  "settings.needsServer": "つながっているときに設定できます。",
  "settings.storage": "端末の保存",
  "settings.storageYes": "消さないよう、ブラウザに約束してもらっています",
  "settings.storageNo":
    "長く使わないと、ブラウザが消すことがあります。ホーム画面に追加して、そこから開いてください。",
  "settings.storageUnknown": "ブラウザが答えません",
  "settings.packed": "持ち出し",
  "evicted.title": "この端末に保存していたものが、ブラウザに消されました",
  "evicted.text":
    "送った記録はサーバーにあります。もう一度登録すると、2分ほどで続けられます。送っていなかった入力の件数は、事務所の「タブレットと職員」で、最後の連絡のところに出ています。",
  "stopped.wiping": "この端末を空にしています…",
  "stopped.received": "この端末は停止されています",
  "stopped.receivedText": "患者さんの情報は、この端末からすべて消しました。",
  "stopped.handed":
    "送っていなかった入力{count}件は、封をしたままサーバーに渡しました。事務所で確かめられます。",
  "stopped.waitingText":
    "患者さんの情報は消しました。送っていなかった入力{count}件は、封をしたまま残っています。つながると、自動でサーバーに渡します。",
  "saveFailed.title": "保存できませんでした",
  "saveFailed.text": "入力はこの画面に残っています。閉じずに、もう一度「保存する」を押してください。",
} as const;

export type BagText = keyof typeof ja;

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export const tb = sentences(ja, () => import("./bag-en"));
