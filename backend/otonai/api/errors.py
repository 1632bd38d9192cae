"""The one map from exceptions to HTTP, and the catalogue of sentences for the person at the screen.

Every code has a status, what happened, and what to do next, in Japanese and English (U-10). Detail for the
operator goes to the log with the request's id; a stranger's exception becomes `internal_error`, never a trace.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response, g, json, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ..domain.errors import Conflict, Invalid, Locked, NotFound, NotSignedIn, OtonaiError, Refused
from ..store.full import disk_is_full
from .inquiry_errors import INQUIRY_SENTENCES
from .models.common import Problem
from .schema import schema
from .sign_in_errors import SIGN_IN_SENTENCES

log = logging.getLogger("otonai.api")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Status and words of one code."""

    status: int
    title: str
    next_step: str
    title_en: str
    next_step_en: str


def _s(status: int, title: str, next_step: str, title_en: str, next_step_en: str) -> Sentence:
    return Sentence(status, title, next_step, title_en, next_step_en)


CATALOGUE: dict[str, Sentence] = {
    "internal_error": _s(
        500,
        "処理できませんでした。入力は消えていません。",
        "少し待ってから、もう一度お試しください。",
        "This could not be done. Nothing you entered is lost.",
        "Wait a moment and try again.",
    ),
    "not_found": _s(404, "見つかりません。", "一覧を読みなおしてください。", "Not found.", "Reload the list."),
    "method_not_allowed": _s(
        405, "この操作はできません。", "画面を読みなおしてください。", "This is not possible.", "Reload the page."
    ),
    "not_signed_in": _s(
        401,
        "ログインが切れています。",
        "もう一度ログインしてください。入力は残っています。",
        "You are signed out.",
        "Sign in again. What you typed is kept.",
    ),
    "sign_in_failed": _s(
        401,
        "ログイン名かパスワードが違います。",
        "入力を確かめて、もう一度お試しください。",
        "The name or the password is wrong.",
        "Check both and try again.",
    ),
    "sign_in_locked": _s(
        423,
        "5回まちがえたため、ロックしています。",
        "30分待つか、管理者に連絡してください。",
        "Locked after five wrong tries.",
        "Wait 30 minutes or ask the administrator.",
    ),
    "token_expired": _s(
        401,
        "端末の接続が切れています。",
        "自動でつなぎなおします。",
        "The device's access has expired.",
        "It reconnects by itself.",
    ),
    "proof_refused": _s(
        401,
        "この端末からの通信だと確かめられませんでした。",
        "端末の時刻を自動設定にして、もう一度お試しください。続くときは端末を登録しなおしてください。",
        "This call does not prove that it came from this device.",
        "Let the device set its clock by itself and try again. If it goes on, enrol the device again.",
    ),
    "enrol_again": _s(
        401,
        "この端末は、新しい方式での登録がまだです。",
        "この端末をもう一度登録してください。未送信の入力は残っています。",
        "This device was enrolled before devices had keys of their own.",
        "Enrol this device again. Unsent entries are kept.",
    ),
    "locked": _s(
        401, "画面がロックされています。", "PINで開いてください。", "The tablet is locked.", "Open it with your PIN."
    ),
    "device_stopped": _s(
        403,
        "この端末は停止されています。",
        "管理者に再登録を頼んでください。未送信の入力は残っています。",
        "This device has been stopped.",
        "Ask the administrator to enrol it again. Unsent entries are kept.",
    ),
    "carrying_not_accepted": _s(
        422,
        "持ち出しの条件に同意していません。",
        "条件を読み、「同意する」を選んでから、もう一度お試しください。",
        "The terms of carrying medical information were not accepted.",
        "Read them, tick the box, and try again.",
    ),
    "medical_not_carried": _s(
        403,
        "この端末では、お薬・健診の情報を持ち出せません。",
        "通信できる場所で開いてください。持ち出しの設定は管理者が変えられます。",
        "Medical information is not carried on this tablet.",
        "Open it where there is a signal. The administrator can change what is carried.",
    ),
    "app_too_old": _s(
        426,
        "アプリが古いため、新しい情報を受け取れません。",
        "アプリを更新してください。入力したものはそのまま送られます。",
        "This app is too old to receive anything new.",
        "Update the app. What you entered is sent all the same.",
    ),
    "insurer_number_wrong": _s(
        422,
        "保険者番号ではありません。",
        "6桁か8桁の番号を、証と見くらべて入力してください。",
        "This is not an insurer's number.",
        "Type the 6 or 8 digits as they stand on the card.",
    ),
    "insurer_name_missing": _s(
        422,
        "保険者名がありません。",
        "保険者名を入力してください。",
        "The insurer's name is missing.",
        "Type the insurer's name.",
    ),
    "insurer_file_unreadable": _s(
        422,
        "保険者の表として読めません。",
        "保険者番号と保険者名の列がある CSV を選んでください。",
        "This cannot be read as a table of insurers.",
        "Choose a CSV with the columns 保険者番号 and 保険者名.",
    ),
    "role_not_allowed": _s(
        403,
        "この操作の権限がありません。",
        "医師・看護師または管理者に頼んでください。",
        "You are not allowed to do this.",
        "Ask a doctor, a nurse or the administrator.",
    ),
    "cross_origin": _s(
        403,
        "ほかのサイトからの操作は受け付けません。",
        "おとないの画面から操作してください。",
        "Requests from other sites are refused.",
        "Use Otonai's own screens.",
    ),
    "pin_wrong": _s(401, "PINが違います。", "もう一度入力してください。", "The PIN is wrong.", "Try again."),
    "pin_locked": _s(
        423,
        "PINを5回まちがえたため、ロックしています。",
        "30分たつと、また入力できます。",
        "Locked after five wrong PINs.",
        "You can try again after 30 minutes.",
    ),
    "pin_weak": _s(
        422,
        "このPINは推測されやすいため使えません。",
        "6桁で、連番・くり返し・日付でない数字を選んでください。",
        "This PIN is easy to guess.",
        "Choose six digits without runs or repeats.",
    ),
    "person_not_on_tablet": _s(
        404,
        "このタブレットには登録されていない人です。",
        "ログイン名とパスワードで一度サインインし、PINを決めてください。",
        "This person is not on this tablet yet.",
        "Sign in once with name and password and choose a PIN.",
    ),
    "invalid_input": _s(
        422,
        "入力に直すところがあります。",
        "印のついた項目を直してください。",
        "Something in the input needs mending.",
        "Correct the marked fields.",
    ),
    "field_missing": _s(
        422,
        "氏名か生年月日がありません。",
        "足りない項目を入力してください。",
        "Name or birth date is missing.",
        "Fill in what is missing.",
    ),
    "period_reversed": _s(
        422,
        "確認期間の始まりと終わりが逆です。",
        "日付を入れかえてください。",
        "The period ends before it begins.",
        "Swap the dates.",
    ),
    "period_in_future": _s(
        422,
        "確認期間にあしたより先は選べません。",
        "きょうまでの日付にしてください。",
        "The period lies in the future.",
        "Choose days up to today.",
    ),
    "period_too_long": _s(
        422,
        "確認期間は31日までです。",
        "期間を分けて申請してください。",
        "The period is longer than 31 days.",
        "Ask for shorter periods one after the other.",
    ),
    "notice_too_many": _s(
        422,
        "注目リストは40件までです。",
        "使っていない項目を消してください。",
        "The list holds 40 entries at most.",
        "Remove entries that are not used.",
    ),
    "notice_label": _s(
        422,
        "注目リストの名前を40字までで入れてください。",
        "例：抗凝固薬",
        "An entry needs a name of up to 40 characters.",
        "For example: anticoagulants.",
    ),
    "notice_empty": _s(
        422,
        "何をさがすかが入っていません。",
        "薬効分類の番号か、成分名の一部を入れてください。",
        "The entry does not say what to look for.",
        "Enter class digits or part of an ingredient's name.",
    ),
    "notice_class": _s(
        422,
        "薬効分類は2〜4桁の数字で入れてください。",
        "例：333",
        "A class has two to four digits.",
        "For example: 333.",
    ),
    "notice_word": _s(
        422,
        "成分名は2文字以上で入れてください。",
        "1文字では、ほとんどの薬に当てはまります。",
        "A word needs two characters or more.",
        "One character would match almost every drug.",
    ),
    "switch_date_missing": _s(
        422,
        "切替日がありません。",
        "新しい保険の有効開始日を入力してください。",
        "The switch date is missing.",
        "Enter the first day of the new insurance.",
    ),
    "switch_date_too_early": _s(
        422,
        "切替日が、いまの保険の開始日より前です。",
        "切替日を確かめてください。いまの保険の直しなら「上書きする」、過去の保険なら「保険追加」を選んでください。",
        "The switch date lies before the first day of the insurance in force.",
        "Check the date. Overwrite to correct this insurance, or add an earlier one.",
    ),
    "insurance_already_kept": _s(
        422,
        "この保険は、同じ開始日で原簿にあります。",
        "項目を直すときは「上書きする」を選んでください。",
        "The ledger holds this insurance from this day.",
        "Overwrite to correct its fields.",
    ),
    "insurance_not_delivered": _s(
        422,
        "取り込める保険がありません。",
        "この結果には保険者番号か番号がありません。書類で確かめるか、もう一度照会してください。",
        "There is no insurance to take over.",
        "The result holds no insurer or card number. Check the document, or ask again.",
    ),
    "nothing_ticked": _s(
        422,
        "項目が選ばれていません。",
        "上書きする項目にチェックを入れるか、キャンセルしてください。",
        "No field is ticked.",
        "Tick what to overwrite, or cancel.",
    ),
    "unknown_field": _s(
        422,
        "この項目は上書きできません。",
        "画面を読みなおしてください。",
        "This field cannot be overwritten.",
        "Reload the page.",
    ),
    "unsafe_field": _s(
        422,
        "●などの文字は取り込めません。",
        "その項目のチェックを外してください。原簿の文字を残します。",
        "Stand-in characters cannot be taken over.",
        "Untick that field; the ledger keeps its own.",
    ),
    "conflicting_person": _s(
        422,
        "生年月日が違うため、別の人の情報です。",
        "患者を選びなおしてください。",
        "The birth date differs: this is another person.",
        "Choose the patient again.",
    ),
    "not_a_doctor": _s(
        422,
        "この人は、いま医師として登録されていません。",
        "画面を読み直し、一覧から医師を選んでください。",
        "This person is not a doctor of the clinic now.",
        "Reload and choose a doctor from the list.",
    ),
    "changed_meanwhile": _s(
        409,
        "ほかの人が先に変更しました。何も書きこんでいません。",
        "新しい内容を確かめて、もう一度操作してください。",
        "Someone changed this first. Nothing was written.",
        "Look at the new values and try again.",
    ),
    "chart_number_taken": _s(
        409,
        "このカルテ番号は使われています。",
        "別の番号を入力してください。",
        "This chart number is taken.",
        "Enter another number.",
    ),
    "already_decided": _s(
        409,
        "この人はもう確認済みです。",
        "元に戻してから、やりなおしてください。",
        "This person is already settled.",
        "Undo first, then decide again.",
    ),
    "nothing_to_choose": _s(
        409,
        "この訪問の登録は、もう一つに決まっています。",
        "画面を開き直して、いまの記録を確かめてください。",
        "One registration of this visit stands already.",
        "Open the screen again and look at the record.",
    ),
    "nothing_to_undo": _s(
        409,
        "元に戻せる操作がありません。",
        "履歴を確かめてください。",
        "There is nothing to undo.",
        "Look at the history.",
    ),
    "later_certificate": _s(
        409,
        "あとから入れた証と期間が重なるため、元に戻せません。",
        "先に、あとから入れた証を「履歴」から元に戻してください。",
        "A certificate typed later covers the same time, so this cannot be taken back.",
        "Take the later certificate back first, in the history.",
    ),
    "chart_number_missing": _s(
        409,
        "カルテ番号がないため、照会番号を登録できません。",
        "患者の基本情報でカルテ番号を入れてから、もう一度お試しください。",
        "Without a chart number nothing can be registered.",
        "Enter the chart number first.",
    ),
    "already_registered": _s(
        409,
        "照会番号は、もう登録されています。",
        "まちがった人の番号のときは、履歴から元に戻します。",
        "A reference number is registered already.",
        "If it is somebody else's, undo it in the history.",
    ),
    "registration_waits": _s(
        409,
        "登録の返事を待っています。",
        "1分ほど待ってから、この画面を見なおしてください。",
        "The answer is still awaited.",
        "Wait a minute and look again.",
    ),
    "registration_uncertain": _s(
        409,
        "前の登録ができたかどうか、わかりません。もう一度は送っていません。",
        "端末の画面か次の同意済一覧で番号を確かめてから、「確かめたので、もう一度送る」を押してください。",
        "Whether the last one was registered is not known; nothing was sent again.",
        "Look at the terminal or the next list, then say that you have looked.",
    ),
    "reference_number_taken": _s(
        409,
        "この番号は、別の患者さんの照会番号として登録されています。",
        "同じ番号の患者さんを検索して、どちらが正しいかを確かめてください。",
        "This number is registered for another patient.",
        "Search for that patient and see which is right.",
    ),
    "no_patient_chosen": _s(
        422,
        "患者が選ばれていません。",
        "候補から選ぶか、新患として登録してください。",
        "No patient is chosen.",
        "Choose a candidate or register a new patient.",
    ),
    "link_not_set": _s(
        404,
        "同意ページのアドレスがまだありません。",
        "管理者が、資格確認端末で取得したURLを設定してください。",
        "The consent page's address is not set.",
        "The administrator enters the URL obtained at the terminal.",
    ),
    "link_not_official": _s(
        422,
        "公式のページではないアドレスです。",
        "資格確認端末の「医療機関別URL取得」で得たURLを入力してください。",
        "This is not the official page.",
        "Enter the URL obtained at the terminal.",
    ),
    "name_mismatch": _s(
        422,
        "入力した名前が端末の名前と違います。",
        "画面に表示された名前のとおりに入力してください。",
        "The typed name is not the device's name.",
        "Type the name exactly as shown.",
    ),
    "grant_not_found": _s(
        404,
        "このコードの端末は待っていません。",
        "端末に表示されているコードを確かめてください。",
        "No device waits with this code.",
        "Check the code shown on the device.",
    ),
    "login_name_taken": _s(
        409,
        "このログイン名は使われています。",
        "別の名前を入力してください。",
        "This login name is taken.",
        "Choose another.",
    ),
    "sequence_gap": _s(
        409,
        "入力の順番が合いません。",
        "自動で送りなおします。",
        "The order of entries does not fit.",
        "They are sent again by themselves.",
    ),
    "entry_too_long": _s(
        413, "ファイルが大きすぎます。", "5MBまでの大きさにしてください。", "The file is too large.", "Up to 5 MB."
    ),
    "ledger_file_unreadable": _s(
        422,
        "この表は読めません。",
        "1行目に「カルテ番号」「氏名」「生年月日」の列があるCSVを選んでください。",
        "This table cannot be read.",
        "Choose a CSV whose first row has カルテ番号, 氏名 and 生年月日.",
    ),
    "length_missing": _s(
        411,
        "長さの分からない内容は受け取れません。",
        "画面を読みなおしてください。",
        "A body without a length is not taken.",
        "Reload the page.",
    ),
    "body_not_accepted": _s(
        415,
        "この形の内容は受け取れません。",
        "画面を読みなおしてください。",
        "A body of this kind is not taken.",
        "Reload the page.",
    ),
    "storage_full": _s(
        507,
        "サーバーの保存場所がいっぱいで、保存できませんでした。入力は消えていません。",
        "管理者に知らせてください。場所が空くと、そのまま送りなおせます。",
        "The server's disk is full; nothing was saved. Nothing you entered is lost.",
        "Tell the administrator. Once there is room it can be sent again as it is.",
    ),
    "too_busy": _s(
        503,
        "いま混みあっています。入力は消えていません。",
        "少し待つと、自動で送りなおします。",
        "Too much is coming in at once. Nothing you entered is lost.",
        "It is sent again in a moment.",
    ),
    "idempotency_key_reused": _s(
        422,
        "同じ操作番号で違う内容が届きました。",
        "画面を読みなおしてください。",
        "One key came with two contents.",
        "Reload the page.",
    ),
    "bad_request": _s(
        400,
        "読みとれない内容が届きました。",
        "画面を読みなおしてください。",
        "The request could not be read.",
        "Reload the page.",
    ),
}

CATALOGUE.update({code: Sentence(*told) for code, told in (SIGN_IN_SENTENCES | INQUIRY_SENTENCES).items()})

_STATUS_OF: tuple[tuple[type[OtonaiError], int], ...] = (
    (NotFound, 404),
    (NotSignedIn, 401),
    (Refused, 403),
    (Conflict, 409),
    (Locked, 423),
    (Invalid, 422),
)
_CODE_OF_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_missing",
    413: "entry_too_long",
    415: "body_not_accepted",
    422: "invalid_input",
}


def problem(code: str, *, status: int | None = None, detail: str | None = None, **facts: Any) -> Response:
    """A problem-details answer for a code of the catalogue."""
    sentence = CATALOGUE.get(code) or CATALOGUE["internal_error"]
    english = request.accept_languages.best_match(["ja", "en"], default="ja") == "en"
    body = {
        "type": "about:blank",
        "title": sentence.title_en if english else sentence.title,
        "status": status or sentence.status,
        "code": code if code in CATALOGUE else "internal_error",
        "detail": detail,
        "next_step": sentence.next_step_en if english else sentence.next_step,
        **facts,
    }
    answer = Response(json.dumps({k: v for k, v in body.items() if v is not None}), status=body["status"])
    answer.mimetype = "application/problem+json"
    return answer


def from_error(error: OtonaiError) -> Response:
    """An exception of ours as an answer; unknown codes take the status of their class."""
    facts = {k: v for k, v in error.facts.items() if v is not None}
    remaining = facts.get("remaining")
    detail = f"あと{remaining}回まちがえると30分間ロックします。" if error.code == "pin_wrong" and remaining else None
    status = None
    if error.code not in CATALOGUE:
        status = next((s for kind, s in _STATUS_OF if isinstance(error, kind)), 500)
    log.info("refused request=%s code=%s method=%s route=%s who=%s", *_circumstances(error.code))
    answer = problem(error.code, status=status, detail=detail, **facts)
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS and "until" in facts:
        wait = datetime.fromisoformat(str(facts["until"])) - datetime.now(UTC)
        answer.headers["Retry-After"] = str(max(1, round(wait.total_seconds())))
    return answer


def _circumstances(code: str) -> tuple[object, ...]:
    """What an event of the log says about a request: the route as it is written, never an address with its ids."""
    rule, identity = request.url_rule, g.get("identity")
    who = (identity.staff_id or identity.device_id) if identity is not None else None
    return g.get("request_id"), code, request.method, rule.rule if rule is not None else None, who


class ProblemApi(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's Api with problem details as its only error shape, and `Allow` on 405 (stack 2.5)."""

    ERROR_SCHEMA = schema(Problem)

    def _register_responses(self) -> None:
        """The document's error answers, under the media type that they really have."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Every HTTP error, webargs' validation included."""
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
        errors = _flat(messages) if messages else None
        code = _CODE_OF_STATUS.get(status, "internal_error")
        log.info("refused request=%s code=%s method=%s route=%s who=%s", *_circumstances(code))
        answer = problem(code, status=int(status), errors=errors)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return answer


def _flat(messages: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(messages, dict):
        found: list[dict[str, str]] = []
        for key, value in messages.items():
            inner = path if key in ("json", "query", "form", "files", "_schema") else f"{path}.{key}".lstrip(".")
            found += _flat(value, inner)
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [{"path": path or "body", "message": str(text)} for text in texts]


def install(app: Flask) -> None:
    """Register the handlers. Anything unforeseen is logged with its trace and told calmly."""

    @app.errorhandler(OtonaiError)
    def _ours(error: OtonaiError) -> Response:
        return from_error(error)

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            status = error.code or 500
            return problem(_CODE_OF_STATUS.get(status, "internal_error"), status=status)
        if disk_is_full(error):
            log.error("refused request=%s code=%s method=%s route=%s who=%s", *_circumstances("storage_full"))
            return problem("storage_full")
        log.exception("unforeseen request=%s code=%s method=%s route=%s who=%s", *_circumstances("internal_error"))
        return problem("internal_error")
