"""The bridge at the office: moves whole files between the terminal's folders and the server, nothing else.

Reading order: `decide` (the rules, pure) → `loop` (look, decide, act) → `folders`, `server`, `live`, `watch`
(the outside world) → `journal`, `credentials` (what must survive a crash) → `__main__` (the command).

The bridge never opens an XML document. It knows file *names* (`naming`), sizes, times and hashes; what a file
says is judged by the server. It listens on no port; it calls the server's three bridge routes, the two token
routes, and one event stream.
"""

__version__ = "0.1.0"
