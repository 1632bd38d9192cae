"""What our code never does: run text, build commands, follow foreign addresses, read objects of the sender's choice.

Read from the source, so that a new line of the kind is seen in the change that brings it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.guards.source import PACKAGES, ROOT, files, imports, package_files, told, tree

from otonai.api.csv_file import as_file
from otonai.flow.invite_consent import qr_svg

#: Calls that make a program of a text, or an object of foreign bytes.
RUNS_TEXT = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "render_template_string", "Template",
}  # fmt: skip
READS_OBJECTS = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"}
#: Modules that can call somebody over the network, and the files of the server that may.
CALLERS = {"httpx", "requests", "urllib.request", "http.client", "smtplib", "ftplib", "socket", "aiohttp"}
MAY_CALL = {
    "backend/otonai/serve.py": "looks whether its own ports answer",
    "backend/otonai/guarded_calls.py": "the clinic's own OpenID provider; every address is judged before each call",
}
PWA = ROOT / "pwa"


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the name that it is written by."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def typescript() -> list[tuple[str, str]]:
    """What the pages and their worker are written in."""
    sources = files(PWA / "src", PWA / "sw", suffixes=(".ts", ".tsx"))
    return [(told(path), path.read_text(encoding="utf-8")) for path in sources if ".test." not in path.name]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_program_of_ours_builds_a_command_line_or_runs_text(package: str) -> None:
    found = []
    for path in package_files(package):
        for name, call in calls(path):
            if name in RUNS_TEXT or (name.split(".")[-1] == "from_string" and "jinja" in name):
                found.append(f"{told(path)}:{call.lineno} {name}")
            if name.startswith("subprocess.") and any(k.arg == "shell" for k in call.keywords):
                found.append(f"{told(path)}:{call.lineno} a shell")
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_read_back_as_an_object_of_the_senders_choice(package: str) -> None:
    found = [
        f"{told(path)}:{one.line} {one.module}"
        for path in package_files(package)
        for one in imports(path)
        if one.module.split(".")[0] in READS_OBJECTS
    ]
    assert found == []


def test_paths_into_xml_are_written_in_the_code() -> None:
    """Elements are asked for by name; what is written in the path language is a text of the code."""
    found = [
        f"{told(path)}:{call.lineno} {name}"
        for path in package_files("otonai")
        for name, call in calls(path)
        if name.split(".")[-1] in {"xpath", "XPath", "iterfind", "find", "findall"}
        and any(isinstance(arg, ast.JoinedStr | ast.BinOp) and not _constant(arg) for arg in call.args)
    ]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_patterns_are_written_in_the_code(package: str) -> None:
    """A pattern is a text of the code, or built of nothing but such texts and what `re.escape` made harmless."""
    found = []
    for path in package_files(package):
        for name, call in calls(path):
            if name.startswith("re.") and name != "re.escape" and call.args and not _constant(call.args[0]):
                found.append(f"{told(path)}:{call.lineno} {ast.unparse(call.args[0])}")
    assert found == []


def _constant(pattern: ast.expr) -> bool:
    if isinstance(pattern, ast.JoinedStr):
        return all(_constant(part.value) for part in pattern.values if isinstance(part, ast.FormattedValue))
    if isinstance(pattern, ast.BinOp):
        return _constant(pattern.left) and _constant(pattern.right)
    if isinstance(pattern, ast.Call):
        named = ast.unparse(pattern.func)
        return named == "re.escape" or (named in {"''.join", "'|'.join", "map"} and all(map(_constant, pattern.args)))
    if isinstance(pattern, ast.Name):
        return pattern.id.lstrip("_").isupper() or pattern.id == "chr"
    return isinstance(pattern, ast.Constant)


def test_the_server_calls_nobody_but_the_named() -> None:
    """No address that somebody typed makes the server call anything (SSRF), but for the provider's, which is judged."""
    found = {
        told(path): one.module
        for path in package_files("otonai")
        for one in imports(path)
        if any(one.module == name or one.module.startswith(f"{name}.") for name in CALLERS)
    }
    assert set(found) <= set(MAY_CALL)


def test_no_answer_carries_a_file_name_of_the_senders() -> None:
    """A name in `Content-Disposition` is a text of the code, or passes the one door for letters of our own;
    `download_name` is not used at all.
    """
    found = []
    for path in package_files("otonai"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.keyword) and node.arg in {"download_name", "attachment_filename"}:
                found.append(f"{told(path)}:{node.value.lineno}")
            if path.name == "csv_file.py":
                continue
            if isinstance(node, ast.Assign) and "Content-Disposition" in ast.unparse(node.targets[0]):
                found += [] if isinstance(node.value, ast.Constant) else [f"{told(path)}:{node.lineno}"]
    assert found == []
    for odd in ('x".csv', "x\r\nSet-Cookie: a=b.csv", "患者.csv", "../x.csv", ".csv", "x.html"):
        with pytest.raises(ValueError, match="our own making"):
            as_file(odd, (), ())


def test_the_only_drawing_the_server_makes_holds_shapes_alone() -> None:
    drawn = qr_svg('https://consent.example.jp/visit/"><script>harm()</script>')
    shapes = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawn).iter()}  # noqa: S314 -- ours
    assert shapes <= {"svg", "path", "rect", "g"}
    assert "script" not in drawn


def test_pages_listen_to_no_other_window() -> None:
    """Only the service worker takes messages, from the pages of its own origin, and knows one word."""
    listening = [
        name for name, text in typescript() if re.search(r"addEventListener\(\s*[\"']message[\"']|onmessage", text)
    ]
    assert listening == ["pwa/sw/worker.ts"]
    assert [name for name, text in typescript() if re.search(r"\.postMessage\([^)]*,\s*[\"']", text)] == []


def test_pages_make_no_markup_of_text() -> None:
    markup = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|DOMParser|eval\("
    )
    assert [name for name, text in typescript() if markup.search(text)] == []


def test_keys_of_the_pages_objects_are_never_taken_from_data() -> None:
    """No text of a server or a person becomes `__proto__`: records by foreign keys are maps."""
    merging = re.compile(r"__proto__|\.constructor\.prototype|Object\.setPrototypeOf|lodash|deepmerge")
    assert [name for name, text in typescript() if merging.search(text)] == []


def test_password_fields_hide_take_pasting_and_name_themselves() -> None:
    """Every field for a password is of that kind, takes what is pasted, and tells password managers what it is."""
    fields = [
        (name, found)
        for name, text in typescript()
        for found in re.findall(
            r"<\w+(?:[^<>]|=>|<[^<>]*>)*?autocomplete=\"(?:current|new)-password\"(?:[^<>]|=>)*?/>", text
        )
    ]
    assert len(fields) >= 2
    for name, field in fields:
        assert re.search(r"type=\"password\"|\{\.\.\.secret(?:Type\(shown\))?\}", field), f"{name}: {field}"
    assert [name for name, text in typescript() if re.search(r"onPaste|autocomplete=\"off\"[^>]*password", text)] == []
