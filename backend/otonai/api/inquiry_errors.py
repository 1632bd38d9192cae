"""The sentences for inquiries that may not be asked or shown, part of the one catalogue in `errors.py`."""

from __future__ import annotations

INQUIRY_SENTENCES: dict[str, tuple[int, str, str, str, str]] = {
    "insurance_incomplete": (
        409,
        "生年月日か保険の番号が足りないため、照会できません。",
        "患者の画面で、赤くなっている項目を入れてください。",
        "Birth date or insurance is not complete.",
        "Fill in the marked fields of the chart.",
    ),
    "reinquiry_off": (
        409,
        "このクリニックでは、再照会を使わない設定になっています。",
        "番号で照会するか、管理者に設定を頼んでください。",
        "This clinic has switched re-inquiry off.",
        "Ask by number, or ask the administrator.",
    ),
    "no_first_check": (
        409,
        "当院での1回目の電子資格確認がまだのため、再照会できません。",
        "訪問でカードの同意登録をしてもらうか、番号で照会してください。",
        "There was no first check by card at this clinic.",
        "Read the card at the next visit, or ask by number.",
    ),
    "consent_again": (
        409,
        "同意が取り消されたか切れているため、再照会できません。",
        "次の訪問で、もう一度カードで同意を登録してもらってください。",
        "The consent was withdrawn or has ended.",
        "Ask the patient to register it again with the card.",
    ),
    "other_visit_type": (
        409,
        "往診や外来では再照会できません。そのつどカードを読みます。",
        "番号で照会するか、訪問でカードを読んでください。",
        "Only continuing home visits allow a re-inquiry.",
        "Ask by number, or read the card.",
    ),
    "care_ended": (
        409,
        "3か月より長く訪問診療がないため、再照会できません。",
        "訪問を予定に入れるか、番号で照会してください。",
        "No home visit for more than three months.",
        "Plan a visit, or ask by number.",
    ),
    "off_card_wrong": (
        422,
        "証と合わないところがあります。まだ保存していません。",
        "印のついた項目を、受給者証・被保険者証を見て直してください。",
        "Something of the certificate cannot be right. Nothing was saved.",
        "Look at the certificate and correct the marked fields.",
    ),
    "typed_insurance_wrong": (
        422,
        "保険の番号に、証と合わないところがあります。まだ保存していません。",
        "印のついた項目を、証を見て直してください。",
        "Something of the insurance cannot be right. Nothing was saved.",
        "Mend the marked fields.",
    ),
    "inquiry_period_missing": (
        422,
        "期間を指定してください。",
        "「はじめの日」と「おわりの日」を入れると、履歴を表示します。",
        "A period is required.",
        "Enter the first and the last day.",
    ),
    "inquiry_period_too_old": (
        422,
        "2年より前の履歴は表示できません。",
        "はじめの日を、きょうから2年以内にしてください。",
        "Only the last two years can be shown.",
        "Choose a later first day.",
    ),
    "too_many_inquiries": (
        422,
        "10,000件を超えるため、表示していません。",
        "期間を短くするか、名前や結果で絞りこんでください。",
        "More than 10,000 rows; nothing is shown.",
        "Choose a shorter period, a name or a result.",
    ),
}
