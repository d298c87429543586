"""What the decision guide asks, and what each answer says about gRPC and about REST.

Data alone; `advise` weighs it. Each fact has the document that states it as its ``source``.
"""

from __future__ import annotations

from .model import Choice, Question

_CALLERS = Question(
    "callers",
    "Who calls it directly?",
    (
        Choice(
            "browsers",
            "Pages in browsers",
            "pages in browsers called it",
            weight=-9,
            decides="rest",
            rest="Pages call it, and a page cannot read trailers, where gRPC puts its status. "
            "gRPC-Web needs a proxy or a server that speaks it, and has no client streaming; Connect answers "
            "pages over plain HTTP, from the same contract.",
            source="gRPC-Web protocol; grpc-web, Streaming Support; Connect protocol",
        ),
        Choice(
            "public",
            "Programs of strangers",
            "strangers called it",
            weight=-9,
            decides="rest",
            rest="Strangers begin with what they have: curl, a browser, any HTTP library. "
            "gRPC asks them for a generated client or a tool of its own first.",
        ),
        Choice(
            "mixed",
            "Our services, and outsiders",
            "services of yours and outsiders called it",
            weight=-1,
            decides="edge",
            grpc="Behind the edge both ends are yours and can come from one contract.",
            rest="Outsiders need an edge that speaks plain HTTP and JSON.",
        ),
        Choice(
            "phones",
            "Our apps on phones",
            "",
            neither="An app of yours can carry a generated client as well as an HTTP one: "
            "gRPC has libraries for Android and iOS.",
            source="grpc.io, Languages and Platforms",
        ),
        Choice(
            "services",
            "Our own services",
            "your callers were all services of yours",
            weight=1,
            grpc="Both ends are yours and can come from one contract.",
        ),
    ),
)

_FLOW = Question(
    "flow",
    "How do messages flow?",
    (
        Choice(
            "ask",
            "Question, answer",
            "each question had one answer",
            neither="One question, one answer: both do this well.",
        ),
        Choice(
            "server",
            "The server keeps sending",
            "only the server kept sending",
            weight=1,
            grpc="A server stream has typed messages and a status at its end; "
            "an HTTP response has said 200 before its first line.",
            rest="Server-sent events do it over plain HTTP, in browsers with reconnecting built in; "
            "programs read NDJSON as easily.",
            source="gRPC over HTTP/2",
            rest_source="HTML Standard, Server-sent events",
        ),
        Choice(
            "both",
            "Both sides at once",
            "both sides had to send at once",
            weight=9,
            decides="grpc",
            grpc="Within one call both sides send whenever they like. A REST exchange is a request and then its "
            "response; the usual way out is WebSocket, with message types and errors of your own.",
            source="grpc.io, Core concepts; RFC 6455",
        ),
        Choice(
            "files",
            "Large files",
            "it moved large files",
            weight=-2,
            rest="A file over HTTP is resumed by byte range, cached, and served from storage or a CDN. "
            "A gRPC message is refused above 4 MiB by default: chunks and resuming would be your code.",
            source="RFC 9110, section 14; RFC 9111",
        ),
    ),
)

_CONTRACT = Question(
    "contract",
    "Who shares the contract?",
    (
        Choice(
            "together",
            "One team; both ends change together",
            "one team changed both ends together",
            weight=-1,
            rest="One team changes both ends together: a schema compiler and generated code are a step more to keep.",
        ),
        Choice(
            "old",
            "Old clients live on for months",
            "",
            weight=1,
            grpc="Adding a field is safe by rule: readers skip the field numbers they do not know, "
            "and `buf breaking` tells what would break them.",
            rest="JSON clients that ignore what they do not know live on as well; whether yours do, you test yourself.",
            source="protobuf.dev, Updating A Message Type",
        ),
        Choice(
            "teams",
            "Several teams or languages",
            "several teams or languages shared the contract",
            weight=2,
            grpc="One .proto is the contract, and server and client in each language are generated from it.",
            rest="An OpenAPI document can be that contract too, where it is written first and code is generated from it.",
            source="grpc.io, Introduction",
            rest_source="OpenAPI Specification",
        ),
    ),
)

_DEADLINES = Question(
    "deadlines",
    "Must deadlines travel through several services?",
    (
        Choice(
            "no",
            "No",
            "no deadline had to travel",
            neither="No deadline has to travel: a timeout at the client is enough, and both have one.",
        ),
        Choice(
            "yes",
            "Yes, deadlines or cancellation",
            "a deadline had to travel through several services",
            weight=3,
            grpc="The time left is part of the protocol (`grpc-timeout`), so each service can see it and stop. Go and "
            "Java hand it on by default, in Python you do. With REST you agree on a header and teach it to all.",
            source="gRPC over HTTP/2; grpc.io, Deadlines",
        ),
    ),
)

_CACHE = Question(
    "cache",
    "Should caches (browser, CDN) answer for you?",
    (
        Choice(
            "most",
            "Yes, most reads",
            "HTTP caches had to answer most reads",
            weight=-3,
            rest="A GET with `Cache-Control` can be answered by a cache on the way; if the request has `Authorization`, "
            "a shared cache needs leave, such as `public`. A gRPC call is a POST, which no cache may answer for you.",
            source="RFC 9111, section 3.5; RFC 9110, section 9.3.3",
        ),
        Choice(
            "some",
            "A few",
            "HTTP caches answered only a few reads",
            weight=-1,
            rest="The few reads worth caching are GETs that caches know; with gRPC you cache in your own code.",
            source="RFC 9111",
        ),
        Choice(
            "no",
            "No",
            "no HTTP cache had to answer",
            neither="No cache answers for you, so GET or POST makes no difference.",
        ),
    ),
)

_HANDS = Question(
    "hands",
    "Are requests sent and read by hand?",
    (
        Choice(
            "often",
            "Every day: curl, logs",
            "people sent and read requests by hand every day",
            weight=-2,
            rest="With curl, in the browser's network panel and in a log line, JSON is read without schema or tool.",
        ),
        Choice(
            "tools",
            "With a tool, if need be",
            "a tool were good enough for calls by hand",
            neither="With a tool both are called by hand; `grpcurl` needs server reflection or the .proto files.",
            source="grpc.io, Reflection",
        ),
        Choice(
            "no",
            "Hardly ever",
            "nobody sent or read requests by hand",
            neither="Nobody reads them by hand, so text or binary makes no difference.",
        ),
    ),
)

_BETWEEN = Question(
    "between",
    "What stands between the two ends?",
    (
        Choice(
            "http1",
            "Something with HTTP/1.1 only",
            "something in between spoke HTTP/1.1 only",
            weight=-9,
            decides="rest",
            rest="gRPC needs HTTP/2 with its trailers all the way; what speaks HTTP/1.1 only ends it there. "
            "gRPC-Web and Connect's unary calls get through, where a proxy or a server behind it speaks them.",
            source="gRPC over HTTP/2; gRPC-Web protocol; Connect protocol",
        ),
        Choice(
            "unknown",
            "Not known yet",
            "",
            neither="Find out first: gRPC passes only where each proxy and platform forwards HTTP/2 with trailers.",
            source="gRPC over HTTP/2",
        ),
        Choice(
            "http2",
            "Nothing, or HTTP/2 all the way",
            "HTTP/2 passed all the way",
            neither="HTTP/2 passes all the way, so both get through. Have gRPC balanced by call: "
            "one connection carries them all.",
            source="grpc.io, gRPC Load Balancing",
        ),
    ),
)

_SPEED = Question(
    "speed",
    "What did your measurements say?",
    (
        Choice(
            "spread",
            "Within the spread, or not measured",
            "you measured no difference",
            neither="No measured difference beyond the spread: speed decides nothing.",
        ),
        Choice(
            "grpc",
            "gRPC clearly faster",
            "",
            weight=1,
            grpc="You measured gRPC faster for your case; while speed is not your bottleneck, that weighs little.",
        ),
        Choice(
            "grpc-bottleneck",
            "gRPC clearly faster, at our bottleneck",
            "you measured gRPC clearly faster at your bottleneck",
            weight=3,
            grpc="You measured gRPC faster where it is your bottleneck. That holds for the server and the client "
            "you measured.",
        ),
        Choice(
            "rest",
            "REST clearly faster",
            "",
            weight=-1,
            rest="You measured REST faster for your case; while speed is not your bottleneck, that weighs little.",
        ),
        Choice(
            "rest-bottleneck",
            "REST clearly faster, at our bottleneck",
            "you measured REST clearly faster at your bottleneck",
            weight=-3,
            rest="You measured REST faster where it is your bottleneck. That holds for the server and the client "
            "you measured.",
        ),
    ),
)

QUESTIONS: dict[str, Question] = {
    question.name: question
    for question in (_CALLERS, _FLOW, _CONTRACT, _DEADLINES, _CACHE, _HANDS, _BETWEEN, _SPEED)
}
"""The questions by name, in the order they are asked."""
