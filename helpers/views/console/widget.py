"""`Console`: call any service of a schema from a form, and see everything that comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import traitlets
from google.protobuf.message import Message

from ..kit import style
from ..kit.esm import Esm
from ..kit.widget import View
from .call import CallState, Metadata
from .draft import ParsedDraft
from .feed import call_json, news_json, past_json, whole_json
from .html import console_html, console_text, offered_text
from .reflection import Offered
from .schema import Method, method_spec, types_spec
from .session import PastCall, Session

_GRACE = 2.0  # seconds in which another view of the same panel may say that it is there


class Console(View):
    """A panel that calls the methods of a service: fill in a form, call, read messages, metadata and status.

        Console(server, quote_pb2, method="GetQuote")

    Without modules it asks the server what it offers, by server reflection, and has a field for another address:

        Console("127.0.0.1:50051")

    Args:
        target: where to call: what ``serve`` or ``tap`` returned, anything else with an ``address``, or an
            address such as ``"127.0.0.1:50051"``.
        modules: generated modules with the services, ``quote_pb2`` or ``quote_pb2_grpc``; without any the server
            is asked for them.
        method: the method that is chosen first, ``"GetQuote"``, ``"QuoteService.GetQuote"`` or its whole path.
        request: what the form starts with; a message of the method's request type.
        metadata: pairs that are filled in at the start.
        timeout: the deadline in seconds that is filled in at the start.

    Raises:
        TypeError: the target has no address, or a module is none.
        ValueError: there is no service in the modules, no such method, or the request is not its own.
        ReflectionError: a ValueError: the server does not tell what it offers.

    Calls run in threads: the kernel stays free. Running the cell again, closing the panel and
    `helpers.views.stop_all` cancel what is running.
    """

    _esm = Esm("views/console/widget.js")
    _css = style.css("views/console/style.css")
    static_css = ("views/console/style.css",)
    spec = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        target: Any,
        *modules: Any,
        method: str | None = None,
        request: Message | None = None,
        metadata: Metadata = (),
        timeout: float | None = None,
    ) -> None:
        self._session = Session(
            target,
            modules,
            method=method,
            request=request,
            metadata=metadata,
            timeout=timeout,
            news=self._news,
        )
        self._form, self._shown = "text", -1
        self._views: set[str] = set()
        self._farewell = threading.Timer(0, lambda: None)
        self._asked = 0
        super().__init__(spec=_spec(self._session))

    # What a lesson or a test can do without a browser.

    @property
    def address(self) -> str:
        """Where calls go, ``"127.0.0.1:50051"``."""
        return self._session.address

    @property
    def account(self) -> CallState | None:
        """What is known of the newest call; None before the first."""
        call = self._session.running
        return None if call is None else call.account()

    @property
    def history(self) -> list[PastCall]:
        """The calls that have ended, newest first."""
        self._session.note_end()
        return self._session.history

    def choose(self, method: str, request: Message | None = None) -> None:
        """Turns to another method, and fills in its form where a request is given.

        Raises:
            ValueError: there is no such method, or the request is of another type.
        """
        self._session.choose(method, request)
        self._tell_draft()

    @property
    def offered(self) -> Offered | None:
        """What the server said that it offers; None where modules say it."""
        return self._session.offered

    def ask(self, address: str) -> None:
        """Turns to another server, or to the same once more, and asks it what it offers.

        Args:
            address: ``"127.0.0.1:50051"``.

        Raises:
            TypeError: it is no address.
            ReflectionError: the server does not tell; the console stays with the one that it has.
        """
        turned = Session(address, (), news=self._news)
        with self._lock:
            before, self._session, self._shown = self._session, turned, -1
            self._asked += 1
            self.spec = {**_spec(turned), "asked": self._asked}
        before.let_go()
        before.halt()
        if self.comm is None:  # closed meanwhile
            turned.halt()

    def press(self, button: str) -> dict[str, str]:
        """Presses *Call*, *Start*, *Send*, *Half-close* or *Cancel*.

        Returns:
            What is wrong with the inputs, by input; empty where nothing is.

        Raises:
            ValueError: there is no such button.
        """
        session = self._session
        does = {
            "call": session.call,
            "start": session.call,
            "send": session.send,
            "half-close": session.half_close,
            "cancel": session.cancel,
        }
        if button.lower() not in does:
            raise ValueError(f"no button {button!r}; there are Call, Start, Send, Half-close and Cancel")
        wrong = does[button.lower()]()
        if not wrong:
            self._tell_call(whole=button.lower() in ("call", "start"))
        return wrong

    def close(self) -> None:
        """Cancels a running call, and takes the console off the page."""
        super().close()
        if hasattr(self, "_session"):  # ipywidgets closes one, too, whose making has failed
            self._session.let_go()

    def wait(self, timeout: float | None = 60.0) -> CallState | None:
        """Waits (seconds) for the end of the newest call, and returns what is known of it."""
        call = self._session.running
        if call is not None:
            call.wait(timeout)
        return self.account

    def python(self) -> str:
        """*Copy as Python*: source that makes the call as it is filled in.

        Raises:
            ValueError: there is something wrong with the inputs.
        """
        return self._session.source("python")

    def grpcurl(self, reflection: bool | None = None) -> str:
        """*Copy as grpcurl*: the command that makes the call as it is filled in.

        Args:
            reflection: whether grpcurl asks the server for its schema; None for as the server is known to do.

        Raises:
            ValueError: there is something wrong with the inputs.
        """
        return self._session.source("grpcurl", reflection)

    def _static_html(self) -> str:
        return console_html(*self._shown_now())

    def _static_text(self) -> str:
        return console_text(*self._shown_now())

    def _shown_now(self) -> tuple[str, list[Method], Method, CallState | None, Offered | None]:
        call = self._session.running
        method = self._session.method if call is None else call.method
        return self.address, list(self._session.methods.values()), method, self.account, self.offered

    # What the browser says.

    def _receive(self, content: dict[str, Any]) -> None:
        does: dict[str, Callable[[Mapping[str, Any]], object]] = {
            "hello": self._do_hello,
            "here": lambda content: self._views.add(str(content["view"])),
            "bye": self._do_bye,
            "choose": lambda content: self.choose(str(content["method"])),
            "check": self._do_check,
            "turn": self._do_turn,
            "press": self._do_press,
            "feed": self._do_feed,
            "copy": self._do_copy,
            "load": self._do_load,
            "ask": self._do_ask,
        }
        try:
            does[content["do"]](content)
        except Exception as error:  # nobody sees what a widget's callback raises
            self._tell({"kind": "problem", "text": f"{type(error).__name__}: {error}"})

    def _do_hello(self, content: Mapping[str, Any]) -> None:
        self._views.add(str(content["view"]))
        self._tell_draft()
        self._tell_call(whole=True)

    def _do_bye(self, content: Mapping[str, Any]) -> None:
        # The panel is gone from the page, unless it is shown in another place, too: whoever is there, says so.
        self._views.clear()
        self._tell({"kind": "who"})
        self._farewell.cancel()
        self._farewell = threading.Timer(_GRACE, lambda: self._views or self._session.cancel())
        self._farewell.daemon = True
        self._farewell.start()

    def _do_check(self, content: Mapping[str, Any]) -> None:
        self._session.keep(content["draft"])
        self._tell_check(content["rev"])

    def _do_turn(self, content: Mapping[str, Any]) -> None:
        self._session.keep(content["draft"])
        try:
            self._session.turn(str(content["tab"]))
        except ValueError as error:
            self._tell_check(content["rev"], str(error))
        else:
            self._tell_draft()

    def _do_press(self, content: Mapping[str, Any]) -> None:
        self._session.keep(content["draft"])
        wrong = self.press(str(content["button"]))
        self._tell_check(content["rev"], wrong.get("call", ""), pressed=bool(wrong))

    def _do_feed(self, content: Mapping[str, Any]) -> None:
        self._form = "json" if content["form"] == "json" else "text"
        self._tell_call(whole=True)

    def _do_copy(self, content: Mapping[str, Any]) -> None:
        self._session.keep(content["draft"])
        what, reflection = content["what"], content.get("reflection", self._session.reflects)
        answer = {"kind": "copy", "what": what, "reflection": reflection}
        try:
            self._tell({**answer, "text": self._session.source(what, reflection)})
        except ValueError as error:
            self._tell({**answer, "problem": str(error)})
            self._tell_check(content["rev"])

    def _do_load(self, content: Mapping[str, Any]) -> None:
        self._session.load(content["number"])
        self._tell_draft()

    def _do_ask(self, content: Mapping[str, Any]) -> None:
        def ask() -> None:
            try:
                self.ask(str(content["address"]).strip())
            except (TypeError, ValueError) as error:
                self._tell({"kind": "asked", "problem": str(error)})
            else:
                self._tell({"kind": "asked", "problem": ""})

        # The server may take its time, and the kernel has other things to do.
        threading.Thread(target=ask, name="console asks", daemon=True).start()

    # What the browser gets.

    def _tell(self, content: dict[str, Any]) -> None:
        if self.comm is not None:
            self.send(content)

    def _tell_draft(self) -> None:
        self._tell({"kind": "draft", "draft": self._session.draft(), "address": self.address})
        self._tell_check(None)

    def _tell_check(self, rev: int | None, problem: str = "", pressed: bool = False) -> None:
        reading: ParsedDraft = self._session.read()
        size = style.fmt_bytes(reading.message.ByteSize())
        content = {"rev": rev, "errors": reading.errors, "size": size, "problem": problem, "pressed": pressed}
        self._tell({"kind": "check", **content})

    def _tell_call(self, whole: bool) -> int:
        """Sends how the call stands, with all its entries or the new ones; returns about how many bytes."""
        with self._session.lock:  # an older account must not arrive after a newer one
            call = self._session.running
            content: dict[str, Any] = {"call": None, "open": False, "entries": [], "total": 0}
            if call is not None:
                account = call.account()
                is_open = account.status is None
                whole = whole or not is_open
                if whole:
                    entries, total = whole_json(account, self._form), account.total
                else:
                    entries, total = news_json(call, self._shown, self._form)
                self._shown = total - 1
                content = {"call": call_json(account), "open": is_open, "entries": entries, "total": total}
            past = [past_json(each) for each in self._session.history]
            self._tell({"kind": "call", "whole": whole, "form": self._form, "history": past, **content})
        return 1000 + sum(len(each.get("text", "")) for each in content["entries"])

    def _push(self) -> int:
        self._session.note_end()
        return self._tell_call(whole=False)

    def _halt(self) -> None:
        self._farewell.cancel()
        self._session.halt()


def _spec(session: Session) -> dict[str, Any]:
    """What a server has: the methods, what their forms are made of, and the messages that have a name."""
    methods = list(session.methods.values())
    files = {m.service.file.name: m.service.file for m in methods}
    known = [each.full_name for file in files.values() for each in file.message_types_by_name.values()]
    types = types_spec(each.request for each in methods)
    spec = {"methods": [method_spec(each) for each in methods], "types": types, "known": known}
    return {**spec, "offered": None if session.offered is None else offered_text(session.offered)}
