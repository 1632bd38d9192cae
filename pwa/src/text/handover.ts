/** What the visiting staff read when a consent does not work, and the ways on. For the patient: text/patient-guide.ts. */
import { sentences } from "./sentences";

const ja = {
  "doors.pin": "暗証番号がわからない・使えない",
  "doors.card": "カードが使えない",
  "doors.line": "つながらない・読み取れない",
  "doors.what": "どれにあたりますか",
  "doors.ways": "次にできること",
  "doors.recorded": "選ぶと、理由を記録して進みます。",
  "doors.retry": "もう一度ためす",
  // what to know about each hindrance
  "about.pin_forgotten":
    "2回まちがえたら止めてください。3回まちがえると、カードがロックします。解除は市区町村の窓口です。",
  "about.pin_locked": "ロックの解除は、市区町村の窓口です。きょうは別の方法で確かめます。",
  "about.no_pin_card":
    "顔認証マイナンバーカードです。暗証番号のいる方法は使えません。目視の確認なら使えます。",
  "about.condition": "体調や認知機能のため操作がむずかしいときは、目視の確認に替えられます。",
  "about.no_card":
    "カードがなくても、診療は続けます。書類がなければ資格申立書を書いてもらい、次に確認します（いきなり10割にはしません）。お薬・健診は、カードがないと見られません。",
  "about.card_lost": "カードの一時停止：0120-95-0178（24時間・365日）。診療は続けます。",
  "about.not_registered":
    "保険証としての利用登録がまだです。マイナポータルか、医院の顔認証カードリーダーで登録できます。きょうは書類で確かめます。",
  "about.card_expired":
    "電子証明書の期限が切れています。期限から3か月までは、資格の確認だけできます。更新は市区町村の窓口です。",
  "about.machine_trouble":
    "カードをケースから出し、電話の上の端に当てて、動かさずに待ちます。それでも読めないときは、別の方法で確かめます。",
  "about.page_unavailable":
    "電話の回線（Wi-Fiではなく）でためしてください。QRを読めないときは、URLを手で入れられます。",
  // the code of the official page
  "code.label": "電話に出たコード（OQC- で始まる）",
  "code.hint": "わかれば入れてください。記録に残ります",
  "code.none": "コードの形ではありません。画面の OQC- から後を確かめてください。",
  "code.own_wifi":
    "医院のWi-Fiで何度も出て、携帯の回線ではつながった例があります（原因は公表されていません）。携帯の回線でためしてください。",
  "code.unpublished":
    "このコードの説明は公表されていません。携帯の回線でもう一度ためし、だめなら別の方法へ進んでください。事務所はこのコードで問い合わせできます。",
  // ways on
  "way.app_visual": "アプリで目視確認",
  "way.app_visual.hint": "写真と顔を見くらべます。暗証番号はいりません",
  "way.app_pin": "医院の資格確認アプリ",
  "way.app_pin.hint": "医院の端末で、暗証番号を本人が入力",
  "way.certificate": "資格確認書で確認",
  "way.certificate.hint": "種類と期限を記録します",
  "way.notice_with_card": "カードとお知らせで確認",
  "way.notice_with_card.hint": "資格情報のお知らせだけでは使えません",
  "way.portal_screen": "マイナポータルの画面で確認",
  "way.portal_screen.hint": "電話の画面かPDFを見せてもらいます",
  "way.statement": "資格申立書を書いてもらう",
  "way.statement.hint": "書類がないとき。用紙を保管します",
  "way.next_visit": "次の訪問で確認する",
  "way.next_visit.hint": "きょうは確認できなかったと記録します",
  // the visual check, step by step
  "sight.title": "アプリで目視確認",
  "sight.1": "医院の資格確認アプリで「目視確認」を選ぶ",
  "sight.2": "カードの写真と、ご本人の顔を見くらべる",
  "sight.3": "ご本人か付き添いの方がカードを置く（預からない・すぐ返す）",
  "sight.4": "同意の画面を進め、完了の表示が出るまで待つ",
  "sight.done": "完了の表示が出た",
  "sight.not": "できなかった",
  // the timer and the counter of wrong tries
  "tries.label": "暗証番号をまちがえた回数",
  "tries.count": "{count}回",
  "tries.add": "まちがえた",
  "tries.stop": "ここで止めてください",
  "tries.stopText": "もう1回まちがえると、カードがロックします。目視の確認に替えられます。",
  "tries.act": "別の方法へ",
  "timer.label": "開いてから",
  "timer.long": "時間がかかっています。下の「うまくいかないとき」から、別の方法に替えられます。",
  "url.act": "URL",
  "reader.act": "端末と案内",
  "big.act": "大きく",
  "big.close": "もとの大きさに",
  "guide.language": "案内のことば",
  // which device can read the card
  "reader.title": "カードを読める端末",
  "reader.with_reader": "このタブレットだけでは、カードを読めません",
  "reader.perhaps": "この端末は、NFCがあればカードを読めます",
  "reader.phone": "NFCのあるスマートフォン（iPhone 7以降、NFC対応のAndroid）なら読めます。",
  "reader.pad": "iPadは、Bluetoothのカードリーダーが要ります。",
  "reader.other": "ご家族や職員の電話でも操作できます。QRをその電話で読み取ってください。",
  "reader.smartphone":
    "スマートフォンに入れたマイナ保険証が訪問で使えるかは、確かめられていません。カードをご用意ください。",
} as const;

export type HandoverKey = keyof typeof ja;

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export const th = sentences(ja, () => import("./handover-en"));
