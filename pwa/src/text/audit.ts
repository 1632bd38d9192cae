/** The audit trail and the evidence of viewing, in words. English loads where it is spoken. */
import { effect, signal } from "@preact/signals";
import { language } from ".";

const ja = {
  title: "監査記録",
  about: "だれが・いつ・何をしたかの記録です。書きかえることはできません。",
  found: "{total}件",
  since: "この日から",
  until: "この日まで",
  person: "操作した人",
  action: "操作",
  outcome: "結果",
  patient: "患者",
  everybody: "すべての人",
  everything: "すべての操作",
  everyOutcome: "すべての結果",
  anyPatient: "患者を選ぶ",
  pick: "患者を選ぶ",
  clear: "絞り込みを解除",
  csv: "CSVを保存",
  empty: "この条件の記録はありません。",
  more: "さらに表示",
  shown: "{total}件のうち{count}件を表示しています",
  at: "日時",
  device: "端末",
  deviceTime: "端末の時刻 {time}",
  office: "事務所",
  anchorTitle: "書きかえの確かめ",
  anchor:
    "最新の記録は{sequence}番です。下の文字列を紙などに控えておくと、あとで記録が書きかえられたときに分かります。",
  unknown: "（不明）",
  "who.rule": "おとない（自動）",
  "who.operator": "システム管理",
  "who.tablet": "タブレット",
  "who.bridge": "ブリッジ",
  "who.device": "端末",
  "who.staff": "職員",
  "who.bedside": "職員（訪問先）",
  "evidence.title": "閲覧の記録",
  "evidence.about": "お薬・健診・診療情報を、だれが・いつ・どの患者について閲覧したかの月ごとの一覧です。",
  "evidence.month": "対象の月",
  "evidence.before": "前の月",
  "evidence.after": "次の月",
  "evidence.print": "印刷",
  "evidence.summary": "患者{patients}人・閲覧{viewings}回",
  "evidence.empty": "この月の閲覧はありません。",
  "evidence.rule": "根拠",
  "evidence.ruleFrom": "{day}から適用の要件による",
  "evidence.chart": "カルテ番号 {number}",
  "evidence.times": "{count}回",
  "evidence.kind": "閲覧した情報",
  "evidence.person": "閲覧した人",
  "evidence.only":
    "内容が表示された閲覧だけを数えます。持ち出しただけのものや、同意がなく表示されなかったものは含みません。",
  "kind.drug": "薬剤情報",
  "kind.checkup": "健診情報",
  "kind.diagnosis": "診療情報",
  "kind.operation": "手術情報",
  "action.clinic_opened": "医院の利用開始",
  "action.setting_changed": "設定の変更",
  "action.sign_in": "サインイン",
  "action.sign_out": "サインアウト",
  "action.sessions_ended": "サインインの取り消し",
  "action.password_chosen": "パスワードの設定",
  "action.password_policy_chosen": "パスワードの決まりの変更",
  "action.second_factor_added": "2つ目の確認の追加",
  "action.second_factor_removed": "2つ目の確認の削除",
  "action.second_factor_rule_changed": "2つ目の確認の決まりの変更",
  "action.recovery_codes_made": "回復コードの発行",
  "action.passkey_refused": "パスキーの拒否",
  "action.provider_chosen": "医院のアカウントの利用開始",
  "action.provider_given_up": "医院のアカウントの利用終了",
  "action.provider_linked": "医院のアカウントとの連携",
  "action.provider_unlinked": "医院のアカウントとの連携解除",
  "action.provider_refused": "医院のアカウントの拒否",
  "action.staff_added": "職員の追加",
  "action.staff_stopped": "職員の停止",
  "action.staff_returned": "職員の再開",
  "action.role_changed": "職種の変更",
  "action.sign_in_reset": "サインイン方法のやり直し",
  "action.lock_lifted": "ロックの解除",
  "action.emergency_sealed": "緊急用コードの封入",
  "action.emergency_opened": "緊急用アカウントの使用",
  "action.emergency_refused": "緊急用コードの拒否",
  "action.emergency_ended": "緊急用アカウントの終了",
  "action.access_denied": "権限のない操作",
  "action.device_enrolled": "端末の登録",
  "action.device_enrolled_again": "端末の再登録",
  "action.device_refused": "端末の拒否",
  "action.device_stopped": "端末の停止",
  "action.device_wiped": "端末の消去",
  "action.loss_report_viewed": "紛失報告書の閲覧",
  "action.tokens_revoked": "端末の通信許可の取り消し",
  "action.pin_chosen": "PINの設定",
  "action.unlock": "タブレットの解錠",
  "action.day_packed": "1日分の持ち出し",
  "action.day_share_told": "持ち出し分を開く鍵の受け取り",
  "action.changes_pulled": "変更分の受け取り",
  "action.list_requested": "同意済一覧の申請",
  "action.list_answered": "同意済一覧の結果",
  "action.registration_requested": "照会番号の登録の申請",
  "action.registration_answered": "照会番号の登録の結果",
  "action.drug_requested": "薬剤情報の要求",
  "action.checkup_requested": "健診情報の要求",
  "action.diagnosis_requested": "診療情報の要求",
  "action.operation_requested": "手術情報の要求",
  "action.drug_received": "薬剤情報の受け取り",
  "action.checkup_received": "健診情報の受け取り",
  "action.treatments_withheld": "同意のない診療情報の除外",
  "action.terminal_silent": "資格確認端末の応答なし",
  "action.terminal_failed": "資格確認端末のエラー",
  "action.card_read": "カードの読み取り（受付）",
  "action.file_quarantined": "読めないファイルの隔離",
  "action.file_reread": "ファイルの読み直し",
  "action.patients_listed": "患者一覧の閲覧",
  "action.patient_viewed": "患者の閲覧",
  "action.history_viewed": "変更履歴の閲覧",
  "action.visits_viewed": "訪問予定の閲覧",
  "action.visit_planned": "訪問の予定",
  "action.visit_cancelled": "訪問の取りやめ",
  "action.consented_list_viewed": "同意済一覧の閲覧",
  "action.consented_viewed": "同意した人の閲覧",
  "action.comparison_viewed": "比較の閲覧",
  "action.safe_rows_viewed": "まとめて確認の一覧の閲覧",
  "action.safe_rows_accepted": "まとめて確認",
  "action.consented_settled": "同意した人の確定",
  "action.matched": "カルテとの照合",
  "action.chart_chosen": "カルテの選択",
  "action.act_undone": "操作の取り消し",
  "action.ledger_updated": "患者原簿の更新",
  "action.ledger_overwritten": "患者原簿の上書き",
  "action.ledger_added": "患者原簿への追加",
  "action.ledger_registered": "患者原簿への登録",
  "action.ledger_edited": "患者原簿の手直し",
  "action.ledger_linked": "照会番号との紐付け",
  "action.ledger_undone": "患者原簿の変更の取り消し",
  "action.drug_viewed": "薬剤情報の閲覧",
  "action.checkup_viewed": "健診情報の閲覧",
  "action.diagnosis_viewed": "診療情報の閲覧",
  "action.operation_viewed": "手術情報の閲覧",
  "action.drug_packed": "薬剤情報の持ち出し",
  "action.checkup_packed": "健診情報の持ち出し",
  "action.diagnosis_packed": "診療情報の持ち出し",
  "action.operation_packed": "手術情報の持ち出し",
  "action.handover_opened": "同意画面の受け渡し",
  "action.consent_reported": "同意の結果の報告",
  "action.visit_registered": "訪問の登録",
  "action.visit_registration_undone": "訪問の登録の取り消し",
  "action.audit_viewed": "監査記録の閲覧",
  "action.audit_exported": "監査記録の保存",
  "action.evidence_viewed": "閲覧の記録の表示",
  "action.evidence_exported": "閲覧の記録の保存",
  "outcome.done": "完了",
  "outcome.available": "表示した",
  "outcome.document": "文書を表示した",
  "outcome.none": "内容なし",
  "outcome.waiting": "取得待ち",
  "outcome.no_consent": "同意なし",
  "outcome.expired": "期限切れ",
  "outcome.failed": "失敗",
  "outcome.not_linked": "紐付けなし",
  "outcome.open": "入った",
  "outcome.second_factor": "2つ目の確認へ",
  "outcome.choose_password": "パスワードの設定へ",
  "outcome.enrol_second_factor": "2つ目の確認の設定へ",
  "outcome.opened": "開いた",
  "outcome.wrong": "まちがい",
  "outcome.locked": "ロック中",
  "outcome.stopped": "停止した",
  "outcome.throttled": "回数の制限",
  "outcome.role_not_allowed": "拒否（権限なし）",
  "outcome.applied": "反映した",
  "outcome.rejected": "反映しなかった",
  "outcome.rows": "{count}行",
  "outcome.visits": "訪問{count}件",
  "outcome.patients": "患者{count}人",
} as const;

export type AuditKey = keyof typeof ja;

const en = signal<Partial<Record<AuditKey, string>>>({});
effect(() => {
  if (language.value === "en") {
    void import("./audit-en").then((module) => {
      en.value = module.en;
    });
  }
});

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function tau(key: AuditKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? en.value[key] : undefined) ?? ja[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The word for a code of the trail; a code without a word is shown as it is, so that nothing is hidden. */
export function auditWord(kind: "action" | "outcome" | "who" | "kind", code: string): string {
  const counted = kind === "outcome" ? /^(rows|visits|patients)=(\d+)$/.exec(code) : null;
  if (counted) return tau(`outcome.${counted[1]}` as AuditKey, { count: Number(counted[2]) });
  const key = `${kind}.${code}`;
  return key in ja ? tau(key as AuditKey) : code;
}

export const ACTIONS: readonly string[] = Object.keys(ja)
  .filter((key) => key.startsWith("action."))
  .map((key) => key.slice("action.".length));

/** Outcomes that can be asked for; counts are not among them. */
export const OUTCOMES: readonly string[] = Object.keys(ja)
  .filter((key) => key.startsWith("outcome.") && !/\.(rows|visits|patients)$/.test(key))
  .map((key) => key.slice("outcome.".length));
