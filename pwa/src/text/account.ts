/** ログインとアカウントの言葉。 Loads with the office only. */
import { effect, signal } from "@preact/signals";
import { language } from ".";

export const accountJa = {
  // sign-in, step by step
  "way.code": "登録コードを受け取った方",
  "way.emergency": "非常用コードを使う",
  "way.start": "はじめの画面にもどる",
  "second.title": "確認コードを入力",
  "second.text": "スマートフォンの認証アプリを開き、おとないの6桁を入力してください。",
  "second.code": "確認コード（6桁）",
  "second.act": "ログイン",
  "second.lost": "アプリが使えない",
  "second.recoveryTitle": "予備コードを入力",
  "second.recoveryText":
    "登録のときに控えた10個のうち、まだ使っていないものを1つ入力してください。1つは1回だけ使えます。",
  "second.recovery": "予備コード",
  "second.app": "アプリのコードを使う",
  "second.noCodes": "予備コードもないときは、管理者に「2つめの確認の再登録」を頼んでください。",
  "join.title": "登録をはじめる",
  "join.text": "管理者から受け取った登録コードを入力してください。パスワードは、このあとご自分で決めます。",
  "join.code": "登録コード",
  "join.act": "すすむ",
  "join.signedIn":
    "いまは {name} さんがログインしています。別の人の登録をはじめるには、先にログアウトしてください。",
  "password.title": "パスワードを決めてください",
  "password.for": "{name} さん（ログイン名 {login}）",
  "password.why": "管理者にも見えません。ほかで使っていないものにしてください。",
  "password.new": "新しいパスワード",
  "password.again": "もう一度",
  "password.differ": "2つのパスワードが違います。",
  "password.long_phrase": "{shortest}文字以上。関係のない言葉をいくつか並べると、覚えやすく強くなります。",
  "password.mixed_with_second_factor": "{shortest}文字以上で、文字・数字・記号をまぜてください。",
  "password.sixty_days": "{shortest}文字以上で、文字・数字・記号をまぜてください。60日ごとに変更します。",
  "password.act": "このパスワードにする",
  "password.show": "パスワードを表示",
  "app.title": "認証アプリを登録してください",
  "app.text":
    "パスワードのほかに、スマートフォンの認証アプリで本人を確かめます。カルテを守るため、全員にお願いしています。",
  "app.step1": "認証アプリでこのコードを読みとる",
  "app.step1Hint": "Google Authenticator、Microsoft Authenticator、iPhoneの「パスワード」など",
  "app.qr": "認証アプリに読みとらせるQRコード",
  "app.secret": "読みとれないときは、この文字を入力",
  "app.step2": "アプリに出た6桁を入力する",
  "app.act": "登録する",
  "codes.title": "予備コードを控えてください",
  "codes.text":
    "スマートフォンをなくしたときに、ログインするためのコードです。この画面を閉じると、もう表示できません。",
  "codes.print": "印刷する",
  "codes.kept": "控えました",
  "emergency.title": "非常用アカウントを開く",
  "emergency.text":
    "誰もふつうにログインできないときだけ使います。封筒のコードは1回だけ使え、24時間で終わります。開くと全員の画面に知らされ、見たものはすべて記録されます。",
  "emergency.sees": "医師と同じ情報を見られます。変更や登録はできません。",
  "emergency.code": "封筒の非常用コード",
  "emergency.who": "あなたのログイン名",
  "emergency.reason": "使う理由",
  "emergency.devices_lost": "スマートフォンなどをなくした・こわれた",
  "emergency.provider_away": "ログインのしくみが止まっている",
  "emergency.administrator_away": "管理者に連絡がつかない",
  "emergency.disaster": "災害",
  "emergency.act": "非常用アカウントを開く",
  // banners
  "banner.emergency": "非常用アカウントが開いています。見た内容はすべて記録されます。",
  "banner.emergencyLook": "管理者の画面で確かめる",
  "banner.own": "非常用アカウントで見ています（{time} まで）。変更や登録はできません。",
  "banner.oneFactor": "{day} から、2つめの確認なしでログインできる設定です。",
  "banner.oneFactorLook": "設定を見る",
  // asked once more
  "proof.title": "もう一度、本人の確認",
  "proof.text": "大切な操作なので、認証アプリのコードを入力してください。10分のあいだは聞きません。",
  "proof.password": "大切な操作なので、パスワードを入力してください。10分のあいだは聞きません。",
  "proof.act": "確認する",
  // account
  "account.title": "アカウント",
  "account.password": "パスワード",
  "account.changed": "{day} に変更",
  "account.never": "まだ決めていません",
  "account.change": "パスワードを変更",
  "account.current": "いまのパスワード",
  "account.changeDone": "パスワードを変更しました。ほかの端末はログアウトしました。",
  "account.second": "2つめの確認",
  "account.one_time_code": "認証アプリ",
  "account.passkey": "パスキー",
  "account.on": "登録済み",
  "account.off": "未登録",
  "account.add": "認証アプリを登録",
  "account.replace": "別のスマートフォンに移す",
  "account.remove": "外す",
  "account.removeDone": "認証アプリを外しました。",
  "account.addDone": "認証アプリを登録しました。",
  "account.codes": "予備コード",
  "account.codesLeft": "残り {count}個",
  "account.codesNew": "新しく作る",
  "account.codesText": "新しく作ると、前の予備コードは使えなくなります。",
  "account.sessions": "ログインしている端末",
  "account.here": "この端末",
  "account.unknown": "名前のわからない端末",
  "account.used": "最後に使った時刻 {time}",
  "account.until": "{time} まで",
  "account.end": "ログアウトさせる",
  "account.endAll": "ほかの端末をすべてログアウトさせる",
  "account.endDone": "ログアウトさせました。",
  "account.alone": "ほかの端末ではログインしていません。",
  // staff
  "staff.state.invited": "登録待ち",
  "staff.state.active": "利用中",
  "staff.state.stopped": "停止",
  "staff.state": "状態",
  "staff.second": "2つめの確認",
  "staff.invitedUntil": "コードの期限 {time}",
  "staff.locked": "ロック中（{time} まで）",
  "staff.invite": "職員を招待",
  "staff.inviteText": "パスワードは本人が決めます。作ったコードを、本人に直接わたしてください。",
  "staff.loginHint": "例：maho@minamo（小文字と数字）",
  "staff.inviteAct": "コードを作る",
  "staff.codeTitle": "{name} さんにわたすコード",
  "staff.codeText": "{time} まで使えます。この画面を閉じると、もう表示できません。",
  "staff.codeWhere":
    "ログイン画面の「登録コードを受け取った方」に入力するか、スマートフォンやパソコンで読みとります。",
  "staff.codeQr": "登録をはじめるページのQRコード",
  "staff.manage": "{name} さんの管理",
  "staff.open": "管理",
  "staff.roleTitle": "役割",
  "staff.roleText": "変えると、すぐに効きます。本人はどの端末でもログアウトします。",
  "staff.roleAct": "役割を変える",
  "staff.roleDone": "役割を変えました。",
  "staff.sure.role":
    "{name} さんの役割を「{role}」に変えます。すぐに効き、本人はどの端末でもログアウトします。",
  "staff.sure.password":
    "{name} さんのいまのパスワードはすぐに使えなくなり、どの端末でもログアウトします。わたすコードと認証アプリで、新しく決められます。",
  "staff.sure.second_factor":
    "{name} さんのパスワード・認証アプリ・予備コードはすぐに使えなくなります。本人であることを確かめてから、コードを直接わたしてください。",
  "staff.sure.stop": "{name} さんを停止します。いま開いている画面もタブレットも、すぐに閉じます。",
  "staff.helpTitle": "ログインできないとき",
  "staff.lostPassword": "パスワードを忘れた",
  "staff.lostSecond": "スマートフォンをなくした（2つめの確認の再登録）",
  "staff.again": "登録コードを作りなおす",
  "staff.unlock": "ロックを解除",
  "staff.unlockDone": "ロックを解除しました。",
  "staff.sessions": "ログイン中の端末 {count}台",
  "staff.endAll": "すべてログアウトさせる",
  "staff.stopTitle": "職員をやめるとき",
  "staff.stopText": "すぐにどの端末からも入れなくなります。記録は残ります。",
  "staff.stop": "停止する",
  "staff.stopDone": "停止しました。",
  "staff.return": "復帰させる",
  "staff.returnText": "新しい登録コードで、はじめから登録しなおします。",
  // rules of signing in
  "rules.title": "ログインの決まり",
  "rules.policy": "パスワードの決まり",
  "rules.long_phrase": "長い言葉（{shortest}文字以上・変更なし）",
  "rules.mixed_with_second_factor": "まぜた文字（{shortest}文字以上・変更なし）",
  "rules.sixty_days": "60日ごとに変更（{shortest}文字以上・まぜた文字）",
  "rules.two": "全員に2つめの確認を求める",
  "rules.off": "2つめの確認をやめる",
  "rules.offText":
    "パスワードだけでカルテに入れるようになります。ガイドラインは二要素認証を求めています。パスワードは60日ごとの変更になり、この設定は日付とともに管理者の画面に表示されつづけ、監査記録に残ります。",
  "rules.offAccept": "内容を読み、医院の責任でやめることを承認します",
  "rules.on": "2つめの確認をもう一度求める",
  "rules.done": "決まりを変えました。",
  // emergency account
  "seal.title": "非常用アカウント",
  "seal.text": "誰もログインできない日のために、コードを1つ封筒に入れて保管します。",
  "seal.none": "封をしたコードはありません。",
  "seal.sealed": "封をしたまま",
  "seal.open": "開いている",
  "seal.ended": "終わった",
  "seal.replaced": "新しいコードに替えた",
  "seal.madeAt": "作った日 {time}",
  "seal.opened": "{time} に {name} さんが開いた（{reason}）",
  "seal.until": "{time} に終わります",
  "seal.make": "コードを作る",
  "seal.makeAgain": "新しいコードに替える",
  "seal.end": "いますぐ終わらせる",
  "seal.endDone": "非常用アカウントを終わらせました。",
  "seal.paperTitle": "非常用コード",
  "seal.paperText":
    "印刷して封筒に入れ、金庫などに保管してください。この画面を閉じると、もう表示できません。前のコードは使えなくなりました。",
  "seal.paperUse":
    "使い方：ログイン画面の「非常用コードを使う」を選び、このコードと自分のログイン名を入力する。1回だけ、24時間まで。",
} as const;

export type AccountKey = keyof typeof accountJa;

/** English loads only for whoever asks for it. */
const english = signal<Partial<Record<AccountKey, string>>>({});
effect(() => {
  if (language.value !== "en") return;
  void import("./account-en").then((module) => {
    english.value = module.accountEn;
  });
});

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function ta(key: AccountKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? english.value[key] : undefined) ?? accountJa[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
