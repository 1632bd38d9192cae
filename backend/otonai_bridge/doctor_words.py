"""What the doctor's outcomes mean and what to do next, in Japanese and English. No rules."""

from __future__ import annotations

from dataclasses import dataclass

from otonai_bridge.doctor import Check, Finding, Level, Outcome


@dataclass(frozen=True)
class Words:
    """A sentence and a next step in both languages; the step is empty where nothing is to be done."""

    ja: str
    en: str
    next_ja: str = ""
    next_en: str = ""


CHECKS: dict[Check, tuple[str, str]] = {
    Check.SETTINGS: ("設定", "settings"),
    Check.STATE_FOLDER: ("記録の置き場所", "state folder"),
    Check.DISK_SPACE: ("空き容量", "disk space"),
    Check.RUNNING: ("ブリッジの動き", "running"),
    Check.JOURNAL: ("配達の記録", "journal"),
    Check.FOLDER: ("端末のフォルダ", "terminal's folder"),
    Check.RENAMING: ("名前の付け替え", "renaming"),
    Check.FILE_SYSTEM: ("フォルダの場所", "file system"),
    Check.LEFT_OVER: ("書きかけのファイル", "left-over files"),
    Check.OTHER_PROGRAMS: ("ほかのプログラム", "other programs"),
    Check.SERIAL_RANGE: ("ファイルの通し番号", "serial numbers"),
    Check.CREDENTIALS: ("登録", "pairing"),
    Check.SERVER: ("サーバー", "server"),
    Check.CLOCK: ("時計", "clock"),
    Check.ACCESS: ("サーバーとの通信", "access"),
    Check.LIVE: ("即時の知らせ", "live channel"),
}

WORDS: dict[Outcome, Words] = {
    Outcome.NOT_TRIED: Words("まだ調べられません", "not tried", "上の行から直します。", "Mend the lines above."),
    Outcome.SETTINGS_READABLE: Words("読めました", "readable"),
    Outcome.SETTINGS_REFUSED: Words(
        "このままでは使えません",
        "cannot be used as they are",
        "bridge.toml を、書かれているとおりに直します。",
        "Change bridge.toml as the sentence says.",
    ),
    Outcome.STATE_PRIVATE: Words("使えます。ほかの人は読めません", "usable, and private to this account"),
    Outcome.STATE_UNUSABLE: Words(
        "書き込めません",
        "cannot be written",
        "ブリッジのアカウントで調べ直します。はじめてなら pair が作ります。場所はこのPCのディスクにします。",
        "Run this as the bridge's account; `pair` makes the folder. It must lie on this computer's own disk.",
    ),
    Outcome.STATE_EXPOSED: Words(
        "ほかのアカウントからも読めます",
        "other accounts can read it",
        "ブリッジのアカウントだけが読めるようにします（Linux は chmod 700、Windows は icacls）。",
        "Allow the bridge's account alone (chmod 700, or icacls on Windows).",
    ),
    Outcome.SPACE_ENOUGH: Words("十分あります", "enough"),
    Outcome.SPACE_LITTLE: Words(
        "少なくなっています", "running low", "いらないファイルを片づけます。", "Make room on this disk."
    ),
    Outcome.SPACE_NONE: Words(
        "ほとんどありません。ブリッジは受け渡しを止めます",
        "almost none; the bridge stops taking files",
        "すぐに空きを作ります。空けば、ひとりでに続きます。",
        "Make room now; it goes on by itself.",
    ),
    Outcome.NOT_RUNNING: Words(
        "動いていません",
        "not running",
        "サービスを開始します（otonai-bridge service status で確かめます）。",
        "Start the service (see: otonai-bridge service status).",
    ),
    Outcome.RUNNING_ONCE: Words("動いています", "running"),
    Outcome.RUNNING_SEVERAL: Words(
        "このPCで二つ以上動いています",
        "more than one runs on this computer",
        "一つだけ残して、ほかのサービスや自動起動を止めます。",
        "Keep one; stop the other service or start-up entry.",
    ),
    Outcome.JOURNAL_SOUND: Words("こわれていません", "sound"),
    Outcome.JOURNAL_NEW: Words("まだありません。最初の起動で作られます", "not there yet; made by the first run"),
    Outcome.JOURNAL_DAMAGED: Words(
        "開けません",
        "cannot be opened",
        "journal.sqlite3 を別の場所に取っておき、起動し直します。同じファイルは二度数えられません。",
        "Move journal.sqlite3 aside, keep it for support, start again. A file sent twice counts once.",
    ),
    Outcome.FOLDER_USABLE: Words("読み書きできます", "usable"),
    Outcome.FOLDER_MISSING: Words(
        "見つかりません",
        "not there",
        "資格確認端末の電源と、共有フォルダのつながりを見ます。場所が変わったときは設定 root を直します。",
        "Is the terminal on and its share connected? If it has moved, change root in the settings.",
    ),
    Outcome.FOLDER_READ_ONLY: Words(
        "書き込めません",
        "read only",
        "共有の設定で、ブリッジのアカウントに「変更」の権利を付けます。",
        "Give the bridge's account the right to change files in the share.",
    ),
    Outcome.FOLDER_ERROR: Words(
        "開けません",
        "cannot be opened",
        "共有フォルダの利用者名とパスワード、LANのつながりを見ます。",
        "Look at the share's user name and password and at the network.",
    ),
    Outcome.RENAME_WORKS: Words("できます", "works"),
    Outcome.RENAME_REFUSED: Words(
        "できません",
        "refused",
        "ウイルス対策ソフトの除外に、このフォルダを加えます。共有の権利も見ます。",
        "Exclude this folder in the virus scanner, and look at the share's rights.",
    ),
    Outcome.SAME_FILE_SYSTEM: Words("三つとも同じ場所にあります", "all three lie on one"),
    Outcome.OTHER_FILE_SYSTEM: Words(
        "三つが別々の場所にあります",
        "the three lie on different ones",
        "別々に共有しているのなら、このままで差し支えありません。",
        "This is fine where they are shared apart.",
    ),
    Outcome.NOTHING_LEFT: Words("ありません", "none"),
    Outcome.TEMPORARY_LEFT: Words(
        "残っています",
        "some are left",
        "ブリッジが動いていれば片づきます。一日たっても残るときは、.part のファイルを消して差し支えありません。",
        "A running bridge clears them; .part files older than a day may be deleted.",
    ),
    Outcome.NO_OTHERS_SEEN: Words("ほかのファイルはありません", "no other files"),
    Outcome.OTHERS_SEEN: Words(
        "ほかのプログラムのファイルがあります。ブリッジは触りません", "files of other programs; the bridge leaves them"
    ),
    Outcome.SERIALS_FREE: Words("おとないの番号（5001-9999）は空いています", "ours (5001-9999) are free"),
    Outcome.SERIALS_USED_BY_OTHERS: Words(
        "おとないの番号（5001-9999）を、だれかが使っています",
        "somebody uses ours (5001-9999)",
        "古いPCにブリッジが残っていれば止めます。レセコンなら、番号の範囲を分けるよう販売店に頼みます。",
        "Stop a bridge left on an old PC; for another program, have its dealer set a different range.",
    ),
    Outcome.PAIRED: Words("済んでいます", "paired"),
    Outcome.NOT_PAIRED: Words(
        "まだ、または読めません",
        "missing or unreadable",
        "otonai-bridge pair を実行し、管理者に承認してもらいます。",
        "Run otonai-bridge pair and have an administrator approve it.",
    ),
    Outcome.SERVER_ANSWERS: Words("返事がありました", "answers"),
    Outcome.NAME_UNKNOWN: Words(
        "名前が見つかりません",
        "its name is not known",
        "設定 server のつづりと、このPCのインターネットのつながりを見ます。",
        "Look at the spelling of server and at this computer's network.",
    ),
    Outcome.NOT_REACHED: Words(
        "つながりません",
        "cannot be reached",
        "回線とファイアウォールを見ます。ほかのPCのブラウザで開けるかも試します。",
        "Look at line and firewall; try the address in a browser on another PC.",
    ),
    Outcome.CERTIFICATE_UNTRUSTED: Words(
        "証明書を確かめられません",
        "its certificate is not trusted",
        "自前の認証局なら設定 ca_file にその証明書を書きます。そうでなければ、つながずに販売店へ知らせます。",
        "Name your own authority in ca_file. If you have none, do not go on: tell whoever runs the server.",
    ),
    Outcome.CERTIFICATE_EXPIRED: Words(
        "証明書の期限が切れています",
        "its certificate has expired",
        "このPCの日付を見ます。正しければ、サーバーの証明書を新しくしてもらいます。",
        "Look at this computer's date; if it is right, have the certificate renewed.",
    ),
    Outcome.CERTIFICATE_OTHER_HOST: Words(
        "別の名前の証明書です",
        "its certificate is for another name",
        "設定 server を、案内された住所のとおりに書きます。",
        "Write server exactly as you were given it.",
    ),
    Outcome.NO_TLS: Words(
        "暗号の通信を始められません",
        "does not speak TLS",
        "設定 server の番号（ポート）を見ます。途中で通信を読む機器があれば外します。",
        "Look at the port in server, and at devices that read the traffic on the way.",
    ),
    Outcome.OTHER_SERVER: Words(
        "返事は来ますが、おとないではありません",
        "something answers, but not Otonai",
        "設定 server を見ます。ログイン画面の出るWi-Fiなら、ブラウザで済ませます。",
        "Look at server; on a Wi-Fi with a sign-in page, sign in by browser first.",
    ),
    Outcome.CLOCK_RIGHT: Words("合っています", "right"),
    Outcome.CLOCK_A_LITTLE_OFF: Words(
        "少しずれています", "a little off", "Windows の「今すぐ同期」で合わせます。", "Set it by the time service."
    ),
    Outcome.CLOCK_WRONG: Words(
        "ずれています",
        "wrong",
        "日付・時刻・時間帯を合わせます。ずれたままだとサーバーが通信を断ることがあります。",
        "Set date, time and zone; with a wrong clock the server may refuse.",
    ),
    Outcome.CLOCK_UNKNOWN: Words("くらべられません", "cannot be compared"),
    Outcome.ACCESS_GRANTED: Words("通じています", "granted"),
    Outcome.ACCESS_STOPPED: Words(
        "事務所の画面で停止されています",
        "stopped at the office",
        "まちがいなら otonai-bridge pair --replace で登録し直します。",
        "If that was a mistake: otonai-bridge pair --replace.",
    ),
    Outcome.ACCESS_FORGOTTEN: Words(
        "サーバーがこのブリッジを覚えていません",
        "the server no longer knows this bridge",
        "otonai-bridge pair --replace で登録し直します。",
        "Pair again: otonai-bridge pair --replace.",
    ),
    Outcome.ACCESS_REFUSED: Words(
        "サーバーが答えられません",
        "the server did not answer this",
        "数分待って、もう一度調べます。続くときはサーバーの管理者に知らせます。",
        "Wait some minutes and look again; if it stays, tell whoever runs the server.",
    ),
    Outcome.HEARD_RECENTLY: Words("動いているブリッジが通信しています", "the running bridge has been heard"),
    Outcome.SILENT: Words(
        "動いていますが、通信できていません",
        "running, but not heard",
        "サーバーの行を直します。記録（journalctl または log_file）の最後の行も見ます。",
        "Mend the server's line; look at the last lines of the log.",
    ),
    Outcome.LIVE_OPEN: Words("つながっています", "open"),
    Outcome.LIVE_CLOSED: Words(
        "つながっていません。数秒おきに聞くので、遅くなるだけです",
        "closed; the bridge asks every few seconds instead",
        "サーバーの live の番号（ポート）が開いているかを見ます。",
        "See whether the server's live port can be reached.",
    ),
}

_MARK = {Level.WELL: "OK  ", Level.NOTE: "note", Level.TROUBLE: "!!  "}


def lines(finding: Finding, language: str) -> list[str]:
    """One line, and for what is not well a second one with the next step. `language`: ja, en or both."""
    words, (name_ja, name_en) = WORDS[finding.outcome], CHECKS[finding.check]
    about = f" ({finding.subject})" if finding.subject else ""
    figure = f" [{finding.detail}]" if finding.detail else ""
    sentences, steps = [], []
    if language != "en":
        sentences.append(f"{name_ja}{about}: {words.ja}")
        steps.append(words.next_ja)
    if language != "ja":
        sentences.append(f"{name_en}{about}: {words.en}")
        steps.append(words.next_en)
    told = [f"{_MARK[finding.level]} {finding.outcome.value:<24} {' / '.join(sentences)}{figure}"]
    if finding.level is not Level.WELL and all(steps):
        told.append(f"     → {' / '.join(steps)}")
    return told


def as_json(finding: Finding) -> dict[str, object]:
    """The same for a program."""
    words = WORDS[finding.outcome]
    return {
        "check": finding.check.value,
        "subject": finding.subject,
        "outcome": finding.outcome.value,
        "level": finding.level.value,
        "detail": finding.detail,
        "next_step": {"ja": words.next_ja, "en": words.next_en},
    }
