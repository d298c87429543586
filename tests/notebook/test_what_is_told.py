"""Whatever a learner gets wrong: their own line, the cause and the cure; no library's frame, and no wall.

A case is a cell, and what stands below its error, word for word, so that these messages can be read in one place.
"""

from __future__ import annotations

import pytest

from tools.short_errors import objections

GIVEN = """
from helpers import stop_all, tap, serve_http
import asyncio, concurrent.futures, http.client, json, pickle, socket, httpx, requests
from google.protobuf import json_format, text_format
quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto")

class Polyglot(Greeter):
    def SayHelloInLanguages(self, request, context):
        yield pb2.SayHelloInLanguagesResponse(greeting="Hello")
        yield pb2.SayHelloInLanguagesResponse(greeting="Olá")
    def SayHelloToAll(self, requests, context):
        return pb2.SayHelloToAllResponse(people=len(list(requests)))

class Later(pb2_grpc.GreeterServiceServicer):
    async def SayHello(self, request, context):
        return pb2.SayHelloResponse(greeting="Hello")
    async def SayHelloToAll(self, requests, context):
        return pb2.SayHelloToAllResponse(people=len([request async for request in requests]))

def closed():
    channel = grpc.insecure_channel("127.0.0.1:1")
    stub = pb2_grpc.GreeterServiceStub(channel)
    channel.close()
    return stub

ada = pb2.SayHelloRequest(name="Ada")

import datetime, trustme
from helpers import Tls
ca, stranger = trustme.CA(), trustme.CA()
trust = grpc.ssl_channel_credentials(ca.cert_pem.bytes())
good, foreign, elsewhere = ca.issue_cert("127.0.0.1"), stranger.issue_cert("127.0.0.1"), ca.issue_cert("a.example")
long_ago = datetime.datetime(2020, 1, 1)
expired = ca.issue_cert("127.0.0.1", not_before=long_ago, not_after=long_ago + datetime.timedelta(1))

def pair(leaf):
    return leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes()

def secure(leaf=good, *more):
    return serve(Polyglot(), credentials=grpc.ssl_server_credentials([pair(leaf)], *more))

def ends(leaf=good, **more):
    key, chain = pair(leaf)
    return Tls(private_key=key, certificate_chain=chain, root_certificates=ca.cert_pem.bytes(), **more)

from grpc_health.v1 import health

class Ending(Greeter):  # as gRPC itself would end it
    def __init__(self, status, details):
        self.end = grpc.StatusCode[status], details
    def SayHello(self, request, context):
        context.abort(*self.end)

def configured(config, *more):
    channel = grpc.insecure_channel(serve(Polyglot(), *more).address, [("grpc.service_config", config)])
    return pb2_grpc.GreeterServiceStub(channel).SayHello(ada, timeout=20)

def over_tls(address, credentials=trust):
    return pb2_grpc.GreeterServiceStub(grpc.secure_channel(address, credentials))
"""
EACH = """
server = serve(Polyglot())
channel = grpc.insecure_channel(server.address)
stub = pb2_grpc.GreeterServiceStub(channel)
"""
CLOSED = (
    "The channel was closed, by `.close()` or at the end of its `with` block.\n"
    "Run the cell that makes the channel, then the one that makes the stub, and then this one."
)
PAIR = 'Write metadata=[("key", "value")].'

# A cell, and what is told of its error.
CALLS = {
    "closed().SayHello(ada)": CLOSED,
    "closed().SayHello.future(ada)": CLOSED,
    "closed().SayHelloToAll(iter([]))": CLOSED,
    "closed().Chat(iter([]))": CLOSED,
    "%time closed().SayHello(ada)": CLOSED,
    "stub.SayHello(ada, metadata={'abc': 'x'})": (
        "`metadata` is a dictionary, and gRPC takes pairs: a key may come twice.\n"
        "Write metadata=[('abc', 'x')]."
    ),
    "stub.SayHello(ada, metadata=('a', 'b'))": (
        "`metadata` is one pair, and gRPC takes a list of them.\nWrite metadata=[('a', 'b')]."
    ),
    "stub.SayHello(ada, metadata=[('a', 'b', 'c')])": (
        f"`metadata` is a list of pairs, and ('a', 'b', 'c') in it is no pair.\n{PAIR}"
    ),
    "stub.SayHello(ada, metadata='a=b')": f'`metadata` is a list of pairs, and got the text "a=b".\n{PAIR}',
    "stub.SayHello(ada, metadata=7)": f"`metadata` is a list of pairs, and got the number 7.\n{PAIR}",
    "stub.SayHello(ada, metadata=[('a', 1)])": (
        "A value of metadata is text, and 'a' got the number 1.\nWrite ('a', '1')."
    ),
    "stub.SayHello(ada, metadata=[('Trace', 'x')])": (
        "Keys of metadata are lower case, and 'Trace' is not.\nWrite ('trace', ...)."
    ),
    "stub.SayHello(ada, metadata=[('a b', 'x')])": (
        "The key 'a b' of the metadata is no valid one.\nKeys are made of a to z, 0 to 9, `-`, `_` and `.`."
    ),
    "stub.SayHello(ada, metadata=[('name', 'Zoë')])": (
        "The value of 'name' has characters other than printable ASCII, which a plain key cannot carry.\n"
        "Use a key that ends in -bin, and bytes: (\"name-bin\", 'Zoë'.encode())."
    ),
    "stub.SayHello(ada, metadata=[('a-bin', 'x')])": (
        "A key that ends in -bin takes bytes, and 'a-bin' got the text \"x\".\nWrite ('a-bin', 'x'.encode())."
    ),
    "list(stub.SayHelloInLanguages(ada, metadata=[('A', 'x')]))": (
        "A key or a value of this call's metadata is one that HTTP/2 cannot carry.\n"
        "Keys are lower case, of a to z, 0 to 9, `-`, `_` and `.`; values are printable ASCII, "
        "or bytes where the key ends in -bin."
    ),
    "stub.SayHello(ada, timeout='3')": (
        '`timeout` is a number of seconds, and got the text "3".\nWrite timeout=2.5.'
    ),
    "stub.SayHello(ada, timeout=-1)": (
        "timeout=-1 is over before the call begins.\n"
        "It is in seconds from now: timeout=2.5, or leave it out to wait as long as it takes."
    ),
    "stub.SayHello(ada, timeout=float('inf'))": (
        "timeout=inf is no number of seconds that gRPC can count, and it took the deadline for one that is over.\n"
        "Leave it out to wait as long as it takes."
    ),
    "stub.SayHello(ada, deadline=3)": (
        "A call has no `deadline`; besides the request it takes timeout, metadata, credentials, wait_for_ready, "
        "compression.\nDid you mean `timeout`?"
    ),
    "stub.SayHello({'name': 'Ada'})": (
        "The stub takes a SayHelloRequest, and got a dictionary.\n"
        "Make the message first: SayHelloRequest(name='Ada')."
    ),
    "stub.SayHello({'color': 'red'})": (
        "The stub takes a SayHelloRequest, and got a dictionary.\nMake the message first: SayHelloRequest(...)."
    ),
    "stub.SayHello('Ada')": (
        'The stub takes a SayHelloRequest, and got the text "Ada".\n'
        "Make the message first: SayHelloRequest(...)."
    ),
    "stub.SayHello(pb2.SayHelloRequest)": (
        "The stub takes a SayHelloRequest, and got the class SayHelloRequest.\n"
        "Make the message first: SayHelloRequest(...), an object of the class."
    ),
    "list(stub.SayHelloInLanguages('Ada'))": (
        'The stub takes a SayHelloInLanguagesRequest, and got the text "Ada".\n'
        "Make the message first: SayHelloInLanguagesRequest(...)."
    ),
    "stub.SayHelloToAll([pb2.SayHelloToAllRequest()])": (
        "The stub takes an iterator of requests, and got a list.\n"
        "Write iter([...]) around the messages, or give it a generator."
    ),
    "stub.SayHelloToAll(iter(['Ada']))": (
        'The stub takes a SayHelloToAllRequest, and got the text "Ada".\n'
        "Make the message first: SayHelloToAllRequest(...)."
    ),
    "stub.SayHelloToAll()": (
        "This method takes a stream of requests: a generator, or iter([...]) around the messages.\n"
        "Write stub.Method(iter([...]))."
    ),
    "stub.SayHello.greeting": (
        "A method of a stub stands here without a call of it: the parentheses are missing.\n"
        "Write stub.Method(...), with the request inside."
    ),
    "stub.SayHello.future(ada).greeting": (
        "This is a call under way, and not its reply.\nWait for the reply with `.result()`."
    ),
    "stub.SayHelloInLanguages(ada)[0]": (
        "This is a call under way, and not its reply.\n"
        "A stream is read with `for reply in call:` or next(call); what .future(...) gives, with .result()."
    ),
    "stub.SayHello.with_call(ada).greeting": (
        "`.with_call(...)` gives two things, the reply and the call.\nWrite `reply, call = ...`."
    ),
    "for reply in stub.SayHello(ada): pass": (
        "SayHelloResponse is one message, and no dictionary, list or stream.\n"
        "Its fields are read by name: x.greeting."
    ),
    "await stub.SayHello(ada)": (
        "SayHelloResponse is a message, and there is nothing to wait for: "
        "a call of a plain stub gives its reply at once.\n"
        "Leave `await` out, or make the stub over grpc.aio.insecure_channel(...)."
    ),
    "stub.SayHelo(ada)": "GreeterServiceStub has no `SayHelo`.\nDid you mean `SayHello`?",
    "stub.Shout(ada)": (
        "GreeterServiceStub has no method `Shout`.\n"
        "Its methods are Chat, SayHello, SayHelloInLanguages, SayHelloToAll."
    ),
    "pb2_grpc.GreeterServiceStub(server)": (
        "GreeterServiceStub takes a channel, and got a Server.\n"
        "Write GreeterServiceStub(channel), with channel = grpc.insecure_channel(server.address)."
    ),
    "stub.SayHelloInLanguages(ada).greeting": (
        "This method streams its replies, and a call of it gives an iterator.\n"
        "Read it with `for reply in call:`, or take one reply with next(call)."
    ),
    "tap(Greeter())": (
        "`tap` takes a running server, and got a Greeter, which is a servicer.\n"
        "Start it first: tap(serve(Greeter()))."
    ),
    "grpc.insecure_channel(server)": (
        "A channel takes an address as text, and got a Server.\n"
        "Write grpc.insecure_channel(server.address): the server's address, not the server."
    ),
    "grpc.insecure_channel(50051)": (
        'A channel takes an address as text, and got the number 50051.\nWrite grpc.insecure_channel("127.0.0.1:50051").'
    ),
    "grpc.insecure_channel('127.0.0.1:1', options={'grpc.a': 1})": (
        "`options` is a dictionary, and gRPC takes pairs.\nWrite options=[('grpc.a', 1)]."
    ),
    "grpc.insecure_channel('127.0.0.1:1', compression='gzip')": (
        '`compression` got the text "gzip".\nWrite compression=grpc.Compression.Gzip.'
    ),
    "grpc.secure_channel('127.0.0.1:1', None)": (
        "`credentials` got None.\nMake them with grpc.ssl_channel_credentials(...), or take grpc.insecure_channel."
    ),
    "grpc.intercept_channel(channel, Greeter)": (
        "An interceptor is an object of a class that derives from gRPC's interceptor classes, and got the class "
        "Greeter.\nWrite `class Mine(grpc.UnaryUnaryClientInterceptor):`, and give an object of it: Mine()."
    ),
    "serve(Greeter(), options={'grpc.a': 1})": (
        "`options` is a dictionary, and gRPC takes pairs.\nWrite options=[('grpc.a', 1)]."
    ),
}
AGAIN = "Run the cell that starts the server, and then the one that makes the channel."
STATUSES = {
    "server.stop().wait() and stub.SayHello(ada)": (
        f"Nobody listens at ADDRESS: the server, or tap, that was there was stopped, or none was started.\n{AGAIN}"
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('localhost')).SayHello(ada, timeout=20)": (
        'The address "localhost" has no port, so gRPC tried 127.0.0.1:443.\n'
        "Write the port behind a colon, or take a server's `.address`, which has it: "
        "grpc.insecure_channel(server.address)."
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('ipv4:127.0.0.1:1,127.0.0.1:2')).SayHello(ada, timeout=20)": (
        f"Nobody listens at 127.0.0.1:2: the server, or tap, that was there was stopped, or none was started.\n{AGAIN}"
    ),
    "class Mute(Greeter):\n    def SayHello(self, request, context):\n        pass\nhello(serve(Mute()))": (
        "The handler gave None where a message belongs. Is a `return` missing?\n"
        "Mend it there, and run the cell that starts the server again."
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('127.0.0.1:70000')).SayHello(ada, timeout=20)": (
        f"70000 is no port: ports run from 1 to 65535, and gRPC tried 127.0.0.1:4464 instead.\n{AGAIN}"
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('http://127.0.0.1:1')).SayHello(ada, timeout=20)": (
        'The address of a channel has no "http://" in front.\nWrite "127.0.0.1:1", a host and a port.'
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('127.0.0.1:x')).SayHello(ada, timeout=20)": (
        'What follows the colon of "127.0.0.1:x" is no port.\nA port is a number, as in "127.0.0.1:50051".'
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel(':1')).SayHello(ada, timeout=20)": (
        'The address ":1" has no host.\nWrite "127.0.0.1:1", a host and a port.'
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('127.0.0.1:-5')).SayHello(ada, timeout=20)": (
        f"-5 is no port: ports run from 1 to 65535, and gRPC tried 127.0.0.1:65531 instead.\n{AGAIN}"
    ),
    "pb2_grpc.GreeterServiceStub(grpc.insecure_channel('server.address')).SayHello(ada, timeout=20)": (
        '"server.address" is a text in quotes, and not the value.\nWrite it without quotes: server.address.'
    ),
    "stub.SayHello(ada, credentials=grpc.access_token_call_credentials('x'))": (
        "Credentials of a call are a secret, and gRPC does not send them over an insecure channel.\n"
        "Make the channel with grpc.secure_channel, to a server with credentials of its own."
    ),
    "tls = grpc.secure_channel(server.address, grpc.ssl_channel_credentials())\n"
    "pb2_grpc.GreeterServiceStub(tls).SayHello(ada, timeout=20)": (
        "The channel begins with TLS, and what answers at that address does not speak it.\n"
        "Make the channel with grpc.insecure_channel, or give the server credentials of its own."
    ),
    "from starlette.applications import Starlette\nhello(serve_http(Starlette()))": (
        "A server answers at that address, but in HTTP/1.1; gRPC needs HTTP/2.\n"
        "Is this the address of a web server? Take that of the gRPC server."
    ),
    "quote_pb2_grpc.QuoteServiceStub(channel).GetQuote(quote_pb2.GetQuoteRequest())": (
        "The server at ADDRESS offers greeter.v1.GreeterService, and not courier.v1.QuoteService.\n"
        "Run the cell that starts the right server, and then the one that makes the channel."
    ),
    "stub.Chat(iter([])).result()": (
        "The server has this method, but its servicer does not define it.\n"
        "Write it in the servicer's class, run that cell, and then the one that starts the server."
    ),
    "stub.SayHello(pb2.SayHelloRequest(name='x' * 5_000_000))": (
        "The server takes messages of up to 4,194,304 B, and this one has 5,000,005 B.\n"
        'Send it in parts, as a stream, or give that side options=[("grpc.max_receive_message_length", ...)].'
    ),
    "replies = stub.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest())\nreplies.cancel()\nnext(replies)": (
        "This call was cancelled on the client's side: by `.cancel()`, or by the stop button.\n"
        "A call that has ended gives no more replies: run the cell that begins it, and then this one."
    ),
    "replies = stub.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest())\nchannel.close()\nlist(replies)": (
        "The channel was closed while the call was running.\n"
        "Run the cell that makes the channel again, and then this one."
    ),
    "configured(json.dumps({'methodConfig': [{'name': [{}], 'retryPolicy': {'maxAttempts': 1}}]}))": (
        "gRPC refuses the service config of this channel, and so all its calls: "
        "methodConfig[0].retryPolicy.backoffMultiplier field not present; "
        "methodConfig[0].retryPolicy.initialBackoff field not present; "
        "methodConfig[0].retryPolicy.maxAttempts must be at least 2; "
        "methodConfig[0].retryPolicy.maxBackoff field not present; "
        "methodConfig[0].retryPolicy.retryableStatusCodes must be non-empty.\n"
        "Mend it where the channel is made, and make the channel again. check_service_config(config) says more of it."
    ),
    "configured('[]')": (
        "gRPC refuses the service config of this channel, and so all its calls: the config is not an object.\n"
        "Mend it where the channel is made, and make the channel again. check_service_config(config) says more of it."
    ),
    "configured(str({'methodConfig': []}))": (
        "The service config of this channel is no JSON, so gRPC refuses all its calls.\n"
        "Make the text with json.dumps(config), where the channel is made, and make the channel again."
    ),
    "configured({'methodConfig': []})": (
        "The option 'grpc.service_config' got a dictionary.\n"
        'Its value is a whole number or a text. Write options=[("grpc.service_config", json.dumps(config))].'
    ),
    "configured(json.dumps({'loadBalancingConfig': [{'round_robin': {}}], "
    "'healthCheckConfig': {'serviceName': 'a.B'}}), health.HealthServicer())": (
        "All servers of this channel are unhealthy: each says NOT_SERVING, or knows nothing of the service that "
        "healthCheckConfig names.\n"
        'An empty serviceName, "", asks for the server as a whole.'
    ),
    "hello(serve(Ending('UNAVAILABLE', 'Too many pings')))": (
        "The server has ended this connection, because its client sent more keepalive pings than the server allows.\n"
        "Ping less (grpc.keepalive_time_ms), or allow more where the server is started "
        "(grpc.http2.min_ping_interval_without_data_ms)."
    ),
    "hello(serve(Ending('UNAVAILABLE', 'Stream removed (ping timeout)')))": (
        "The other side did not answer a ping in time, so gRPC has given the connection up. The handler may have run, or "
        "not.\nWhere that is harmless, ask again: the channel connects anew by itself."
    ),
    "hello(serve(Ending('UNAVAILABLE', 'max connection age')))": (
        "The server ends connections of a certain age, and this call was still running when the grace was over.\n"
        "Raise grpc.max_connection_age_grace_ms where the server is started, or ask again."
    ),
    "hello(serve(Ending('RESOURCE_EXHAUSTED', 'Concurrent RPC limit exceeded!')))": (
        "The server has as many calls as it takes at a time (maximum_concurrent_rpcs), and refuses the others.\n"
        "Ask again after a pause, or let the server take more."
    ),
}
MESSAGES = {
    "pb2.SayHelloRequest(nam='Ada')": "SayHelloRequest has no field `nam`.\nDid you mean `name`?",
    "ada.nam": "SayHelloRequest has no field `nam`.\nDid you mean `name`?",
    "ada.nam = 'Ada'": "SayHelloRequest has no field `nam`.\nDid you mean `name`?",
    "ada.color": "SayHelloRequest has no field `color`.\nIts one field is `name`.",
    "ada.SerializeToStrng()": "SayHelloRequest has no `SerializeToStrng`.\nDid you mean `SerializeToString`?",
    "quote_pb2.GetQuoteRequest(weightGrams=3)": (
        "GetQuoteRequest has no field `weightGrams`.\nDid you mean `weight_grams`?"
    ),
    "pb2.SayHelloRequest('Ada')": ("A message takes its fields by name.\nWrite SayHelloRequest(name=...)."),
    "pb2.SayHelloRequest(name=3)": (
        "`name` is a string in the schema, text, and got the number 3.\n"
        "Give it text, as str(...) makes it of other values."
    ),
    "fields = {'name': 3}\npb2.SayHelloRequest(**fields)": (
        "`name` is a string in the schema, text, and got the number 3.\n"
        "Give it text, as str(...) makes it of other values."
    ),
    "ada.name = 3": (
        "`name` is a string in the schema, text, and got the number 3.\n"
        "Give it text, as str(...) makes it of other values."
    ),
    "quote_pb2.GetQuoteRequest(weight_grams='heavy')": (
        '`weight_grams` is an int32 in the schema, a whole number, and got the text "heavy".\n'
        "Give it a whole number, as int(...) makes it of other values."
    ),
    "quote_pb2.GetQuoteRequest(weight_grams=2**40)": (
        "`weight_grams` is an int32, from -2,147,483,648 to 2,147,483,647, and 1,099,511,627,776 does not fit.\n"
        "Take a wider type."
    ),
    "quote_pb2.GetQuoteRequest(speed='EXPRESS')": (
        "The enum Speed has no label `EXPRESS`.\nDid you mean `SPEED_EXPRESS`?"
    ),
    "quote_pb2.Speed.Value('FAST')": (
        "The enum Speed has no label `FAST`.\nIts labels are SPEED_UNSPECIFIED, SPEED_STANDARD, SPEED_EXPRESS."
    ),
    "quote_pb2.SPEED_EXPRES": "The module `quote_pb2` has no `SPEED_EXPRES`.\nDid you mean `SPEED_EXPRESS`?",
    "pb2.SayHeloRequest()": "The module `greeter_pb2` has no `SayHeloRequest`.\nDid you mean `SayHelloRequest`?",
    "pb2_grpc.GreeterStub": "The module `greeter_pb2_grpc` has no `GreeterStub`.\nDid you mean `GreeterServiceStub`?",
    "ada.CopyFrom({'name': 'Ada'})": (
        "A SayHelloRequest belongs here, and this is a dictionary.\nMake one: SayHelloRequest(...)."
    ),
    "pb2.SayHelloRequest.FromString('x')": (
        "Bytes belong here.\nText becomes bytes by text.encode(), a message by message.SerializeToString()."
    ),
    "json_format.Parse('{\"nme\": 1}', pb2.SayHelloRequest())": (
        "SayHelloRequest has no field `nme`.\nDid you mean `name`?"
    ),
    "json_format.Parse({'name': 'Ada'}, pb2.SayHelloRequest())": (
        "json_format.Parse reads JSON text, and got a dictionary.\nFor a dictionary there is json_format.ParseDict."
    ),
    "json_format.Parse('{', pb2.SayHelloRequest())": (
        "The text is no JSON; the error says where it stops being one.\n"
        "Names and text stand in double quotes, and nothing follows the last comma."
    ),
    "json_format.MessageToJson({'name': 'Ada'})": (
        "`json_format.MessageToJson` takes a message, and got a dictionary.\n"
        "Give it a message. For a dictionary there is json.dumps."
    ),
}
NAMES = {
    "GetQuoteRequest(weight_grams=3)": (
        "No name `GetQuoteRequest` is here, but quote_pb2 has one.\nWrite `quote_pb2.GetQuoteRequest`."
    ),
    "quote_pb2.QuoteServiceStub(channel)": (
        "The module `quote_pb2` has no `QuoteServiceStub`, but quote_pb2_grpc has one.\n"
        "Write `quote_pb2_grpc.QuoteServiceStub`."
    ),
    "loaded = protos.load('courier/v1/quote.proto')\nloaded.GetQuoteRequest()": (
        "`protos.load` gives two modules: one with the messages, one with the stubs and servicers.\n"
        "Write `quote_pb2, quote_pb2_grpc = protos.load(...)`."
    ),
    "import greeter_pb2": (
        "No generated file lies on disk: in this course schemas are compiled on the fly.\n"
        'Write greeter_pb2, greeter_pb2_grpc = protos.load("greeter/v1/greeter.proto").'
    ),
    "from courier.v1 import quote_pb2": (
        "No generated file lies on disk: in this course schemas are compiled on the fly.\n"
        'Write quote_pb2, quote_pb2_grpc = protos.load("courier/v1/quote.proto").'
    ),
    "grpc.StatusCode.NOTFOUND": "StatusCode has no `NOTFOUND`.\nDid you mean `NOT_FOUND`?",
    "statistics.median": (
        "`statistics` is a module of Python's, and no cell that imports it has been run.\n"
        "Run the setup cell at the top, or write `import statistics`."
    ),
    "import grcp": "There is no module `grcp` here.\nDid you mean `grpc`?",
    "from helpers import srve": "`helpers` has no `srve`.\nDid you mean `serve`?",
    "%%writefile {somewhere}/server.py\nx = 1": (
        "In the first line `{somewhere}` stands for a name that is not there yet.\n"
        "Run the setup cell at the top and the cells in between: menu Run, then Run All Above Selected Cell."
    ),
    "serve(Greeter(), intercptors=[])": "`serve` takes no `intercptors`.\nDid you mean `interceptors`?",
}
ASYNCIO = {
    "await serve(Greeter())": "This is there at once, and nothing has to be awaited.\nLeave `await` out.",
    "async for reply in stub.SayHelloInLanguages(ada): pass": (
        "This is a call of a plain stub, which blocks instead of awaiting.\n"
        "Write `for` alone, or make the stub over grpc.aio.insecure_channel(...)."
    ),
    "async def main(): pass\nasyncio.run(main())": (
        "A notebook runs an event loop already, and a cell may await.\nWrite `await main()` instead of asyncio.run."
    ),
    "started = serve_aio(Later())\nstarted.address": (
        "serve_aio(...) gives a coroutine, and the `await` before it is missing.\nWrite `await serve_aio(...)`."
    ),
    "grpc.insecure_channel(serve_aio(Later()))": (
        "serve_aio(...) gives a coroutine, and the `await` before it is missing.\nWrite `await serve_aio(...)`."
    ),
    "tap(serve_aio(Later()))": (
        "serve_aio(...) gives a coroutine, and the `await` before it is missing.\nWrite `await serve_aio(...)`."
    ),
}
HTTP_AGAIN = "Run the cell that starts the web server, then the one that makes the client, and then this one."
NOBODY = "Nobody listens at 127.0.0.1:1: the server, or tap, that was there was stopped, or none was started."
HTTP = {
    "httpx.get('http://127.0.0.1:1/')": f"{NOBODY}\n{HTTP_AGAIN}",
    "requests.get('http://127.0.0.1:1/')": f"{NOBODY}\n{HTTP_AGAIN}",
    "http.client.HTTPConnection('127.0.0.1', 1).request('GET', '/')": f"{NOBODY}\n{HTTP_AGAIN}",
    "socket.create_connection(('127.0.0.1', 1))": f"{NOBODY}\n{HTTP_AGAIN}",
    "json.loads('')": (
        "There is nothing to read: the text is empty.\nDid the server answer? Run the cell that asks it again."
    ),
    "json.loads('<html>')": (
        "The text is no JSON; it begins with: <html>\nLook at what was read, or run the cell that reads it again."
    ),
    "httpx.get('127.0.0.1:1')": (
        "The URL has no http:// in front.\nTake a server's `.url`, which has it; `.address` is for gRPC and `tap`."
    ),
    "client = httpx.Client(); client.close(); client.get('http://127.0.0.1:1')": (
        "This client was closed.\nRun the cell that makes it, and then this one."
    ),
}
NOT_LET_IN = (
    "The server at that address speaks TLS, and has hung up on this channel: it is an insecure one, or shows no "
    "certificate that the server trusts.\n"
    "Make it with grpc.secure_channel; for a server that asks for certificates, give ssl_channel_credentials a "
    "private_key and a certificate_chain."
)
TLS = {
    "over_tls(secure(foreign).address).SayHello(ada)": (
        "The server showed a certificate that this channel does not trust.\n"
        "Give the channel the certificate that signed it: grpc.ssl_channel_credentials(root_certificates=...)."
    ),
    "over_tls(secure(expired).address).SayHello(ada)": (
        "The server showed a certificate whose time is over, or has not come yet.\n"
        "Start the server with one that is valid now; if it is, look at the clock of this machine."
    ),
    "over_tls(secure(elsewhere).address).SayHello(ada)": (
        "The server's certificate is made for another name than the one in the channel's address.\n"
        "Use the name that stands in the certificate, or make the certificate for this one, too."
    ),
    "connect(secure()).SayHello(ada)": NOT_LET_IN,
    "connect(tap(secure())).SayHello(ada)": NOT_LET_IN,
    "over_tls(secure(good, ca.cert_pem.bytes(), True).address).SayHello(ada)": NOT_LET_IN,
    "connect(tap(secure(), tls=ends())).SayHello(ada)": (
        "The client speaks no TLS, and this tap does.\nMake the channel with grpc.secure_channel."
    ),
    "over_tls(tap(server.port, tls=ends()).address).SayHello(ada)": (
        "The server speaks no TLS.\nLeave `tls` out of tap(), or start the server with credentials of its own."
    ),
    "over_tls(f'localhost:{tap(secure(elsewhere), tls=ends(ca.issue_cert(\"localhost\"))).port}').SayHello(ada)": (
        "The server's certificate is made for another name than '127.0.0.1'.\n"
        "Give Tls the server_name that stands in it."
    ),
    "over_tls(tap(secure(foreign), tls=ends()).address).SayHello(ada)": (
        "The server's certificate is signed by nobody whom the tap trusts.\n"
        "Give Tls the root_certificates that have signed it."
    ),
    "over_tls(tap(secure(good, ca.cert_pem.bytes(), True), tls=ends()).address).SayHello(ada)": (
        "The server left right after the TLS handshake, as it does where it wants a certificate of its client.\n"
        "Give Tls a client_private_key and a client_certificate_chain."
    ),
    "over_tls(tap(secure(), tls=ends(foreign)).address).SayHello(ada)": (
        "The server showed a certificate that this channel does not trust.\n"
        "Give the channel the certificate that signed it: grpc.ssl_channel_credentials(root_certificates=...)."
    ),
}
PAIRS = (
    "Write grpc.ssl_server_credentials([(private_key, certificate_chain)]), both as bytes: of a file "
    "Path(...).read_bytes(), of what trustme has made .bytes()."
)
LIST_OF_PAIRS = (
    f"A server's credentials are a list of pairs, each of a private key and its certificate chain.\n{PAIRS}"
)
AS_BYTES = (
    "Certificates and keys are given as the bytes of their PEM.\n"
    "Of a file that is Path(...).read_bytes(), of a text text.encode(), of what trustme has made ca.cert_pem.bytes()."
)
JOINED = (
    "Two kinds of credentials are joined here: those of the channel, and then those of its calls.\n"
    "Write grpc.composite_channel_credentials(grpc.ssl_channel_credentials(...), "
    "grpc.access_token_call_credentials(token))."
)
BY_HAND = "grpc.server(concurrent.futures.ThreadPoolExecutor(1))"
CREDENTIALS = {
    "grpc.ssl_server_credentials(*pair(good))": LIST_OF_PAIRS,
    "grpc.ssl_server_credentials(pair(good))": LIST_OF_PAIRS,
    "grpc.ssl_server_credentials([('a key', 'a chain')])": LIST_OF_PAIRS,
    "grpc.ssl_server_credentials([(good.private_key_pem, good.cert_chain_pems)])": LIST_OF_PAIRS,
    "grpc.ssl_server_credentials([])": LIST_OF_PAIRS,
    "grpc.ssl_server_credentials([pair(good)], require_client_auth=True)": (
        "A server that asks its clients for certificates must know the CA that has signed them.\n"
        "Give root_certificates, the certificate of that CA, together with require_client_auth=True."
    ),
    "grpc.dynamic_ssl_server_credentials(pair(good), lambda: None)": (
        "A certificate that changes needs a configuration to begin with, and a function that gives the next one.\n"
        "Write grpc.dynamic_ssl_server_credentials(fetch(), fetch), with a function fetch that returns "
        "grpc.ssl_server_certificate_configuration([(private_key, certificate_chain)])."
    ),
    "grpc.ssl_channel_credentials('ca.pem')": AS_BYTES,
    "grpc.ssl_channel_credentials(ca.cert_pem)": AS_BYTES,
    "grpc.secure_channel('127.0.0.1:1')": (
        "A secure channel takes an address, and credentials that say whom to trust.\n"
        "Write grpc.secure_channel(address, grpc.ssl_channel_credentials(root_certificates))."
    ),
    "grpc.insecure_channel('127.0.0.1:1', trust)": (
        "An insecure channel takes no credentials.\nWrite grpc.secure_channel(address, credentials)."
    ),
    "grpc.composite_channel_credentials(grpc.access_token_call_credentials('x'), trust)": JOINED,
    "grpc.composite_channel_credentials(trust, 'a token')": JOINED,
    f"{BY_HAND}.add_secure_port('127.0.0.1:0', trust)": (
        f"A port with TLS takes the credentials of a server.\n{PAIRS}"
    ),
    f"{BY_HAND}.add_secure_port('127.0.0.1:0')": (
        f"A port with TLS takes the credentials of a server.\n{PAIRS}"
    ),
    f"{BY_HAND}.add_secure_port('127.0.0.1:0', grpc.ssl_server_credentials([pair(good)[::-1]]))": (
        "gRPC cannot use these credentials: key and certificate are swapped, do not belong together, or are no PEM.\n"
        "Write grpc.ssl_server_credentials([(private_key, certificate_chain)]), both as the bytes of a PEM file."
    ),
    "grpc.server(concurrent.futures.ThreadPoolExecutor(1), options=[('grpc.so_reuseport', 0)])"
    ".add_secure_port(server.address, grpc.ssl_server_credentials([pair(good)]))": (
        "Port PORT is in use by another server on this machine.\n"
        "Leave `port` out and a free one is taken; the server's `.address` says which."
    ),
    "over_tls(secure().address, grpc.ssl_channel_credentials(b'no PEM')).SayHello(ada)": (
        "gRPC cannot use what this channel's credentials were made of: key and certificate are swapped, do not belong "
        "together, or something is no PEM.\n"
        "The order is grpc.ssl_channel_credentials(root_certificates, private_key, certificate_chain)."
    ),
    "over_tls(secure().address).SayHello(ada, credentials=grpc.metadata_call_credentials('a token'))": (
        "metadata_call_credentials takes a plugin, which gRPC calls: plugin(context, callback).\n"
        "For a token that you have at hand write grpc.access_token_call_credentials(token)."
    ),
    "over_tls(secure().address).SayHello(ada, "
    "credentials=grpc.metadata_call_credentials(lambda context, callback: 1 / 0))": (
        "The plugin of the call's credentials raised, or handed an error to its callback, so the call was not made.\n"
        "Mend it there, or see to what it asks for a token."
    ),
    "stub.SayHello(ada, credentials='secret')": (
        "`credentials` of a call are grpc.CallCredentials, and got text.\n"
        "Make them with grpc.access_token_call_credentials or grpc.metadata_call_credentials."
    ),
    "stub.SayHello(ada, metadata={'authorization': 'Bearer ' + 'secret'})": (
        "`metadata` is a dictionary, and gRPC takes pairs: a key may come twice.\n"
        "Write metadata=[('authorization', ...)]."
    ),
    "stub.SayHello(ada, metadata=[('authorization', 'Bearer ' + 'secret\\n')])": (
        "The value of 'authorization' has characters other than printable ASCII, such as a line break at its end.\n"
        "Send it without them: token.strip()."
    ),
}
TESTING = {
    "import pytest\n\n@pytest.fixture\ndef parcels(): yield\n\nparcels()": (
        "A fixture is not called: pytest does it, for each test that has a parameter `parcels`.\n"
        "Write a test: def test_it(parcels)."
    ),
    "import pytest\n\n@pytest.fixture\ndef parcels(): yield\n\ndef test_it(parcels): pass\n\ntest_it()": (
        "`parcels` is a fixture, and pytest gives it to the tests that it calls; nobody does that here.\n"
        "Leave the call of `test_it` to pytest: ipytest.run()."
    ),
    "from unittest import mock\nmock.Mock(spec=pb2_grpc.GreeterServiceStub).SayHello(ada)": (
        "The class `GreeterServiceStub` has no methods: its `__init__` makes them, of each stub anew.\n"
        "Give the mock a stub as its spec, or let it be and start a server: it takes milliseconds."
    ),
    "grpc.RpcError().code()": (
        "`grpc.RpcError` is a bare class; `code()` comes with the errors of real calls, which are the calls.\n"
        "Derive a class from it that has `code`, or let a server end the call."
    ),
}
CASES = CALLS | STATUSES | TLS | CREDENTIALS | MESSAGES | NAMES | ASYNCIO | HTTP | TESTING


@pytest.fixture(scope="module")
def told(_kernel):
    """Runs a cell in a kernel that knows the names of `GIVEN`, with a server of its own."""
    assert not _kernel.run(GIVEN).error

    def run(cell):
        assert not _kernel.run(EACH, cell="each").error
        return _kernel.run(cell, cell="case")

    yield run
    _kernel.run("stop_all()")


@pytest.mark.parametrize(("cell", "expected"), CASES.items(), ids=[cell[:60] for cell in CASES])
def test_the_cause_and_the_cure_stand_below_the_error(told, kernel, cell, expected):
    run = told(cell)
    expected = expected.replace("ADDRESS", kernel.value("server.address"))
    expected = expected.replace("PORT", str(kernel.value("server.port")))
    assert run.error, "nothing was raised"
    assert objections(run.error, needs_cure=False) == []
    assert run.error.split("\n\n", 1)[1].endswith(f"\n\n{expected}"), run.error


SERVERS = {
    "serve(Greeter(), port=70000)": (
        "ServeError: 70000 is no port: ports are whole numbers from 1 to 65535, and 0 stands for a free one.\n"
        "Leave `port` out and a free one is taken; the server's `.address` says which."
    ),
    "serve(Greeter(), interceptors=[3])": (
        "ServeError: `interceptors` got an int, which is no interceptor.\n"
        "Write `class Mine(grpc.ServerInterceptor):` and give it an object: interceptors=[Mine()]."
    ),
    "server.stop('now')": (
        "ServeError: stop('now'): `grace` is a number of seconds, 0 or more, or None to end calls at once."
    ),
    "import grpc\n%%proto late": (
        "SchemaError: `%%proto` is not in the first line of its cell.\n"
        "Put what stands above it into a cell of its own."
    ),
}


@pytest.mark.parametrize(("cell", "expected"), SERVERS.items(), ids=list(SERVERS))
def test_our_own_errors_are_all_there_is_to_say(told, cell, expected):
    assert told(cell).error == expected


def test_a_comment_may_stand_above_the_schema(told):
    run = told('# A parcel.\n\n%%proto late\nsyntax = "proto3";\nmessage Late {}')
    assert (run.stdout, run.error) == ("late_pb2: Late\n", "")
    run = told('# A parcel.\n%%proto late\nsyntax = "proto3";\nmessage Late { int32 x }')
    assert run.error.startswith("SchemaError: late.proto:4:24: ")


def test_a_schema_in_a_cell_needs_no_import(told):
    told('%%proto late\nsyntax = "proto3";\nmessage Late {}')
    assert told("import late_pb2").error.endswith(
        "`late_pb2` is no file: `%%proto` or `protos.load` has put it into this notebook's names.\n"
        "Leave the import out, and use `late_pb2`."
    )


def test_a_stub_over_a_closed_channel_does_not_end_the_kernel(told):
    for cell in (
        "channel.close()\npb2_grpc.GreeterServiceStub(channel).SayHello(ada)",
        "unused = grpc.insecure_channel('127.0.0.1:1')\nunused.close()\npb2_grpc.GreeterServiceStub(unused)",
    ):
        assert told(cell).error.endswith(CLOSED)


def test_what_the_learner_chained_stays_chained(told):
    run = told(
        "try:\n    closed().SayHello(ada)\nexcept ValueError as error:\n    raise RuntimeError('no') from error"
    )
    assert "The above exception was the direct cause" in run.error
    assert "ValueError: Cannot invoke RPC on closed channel!" in run.error
    assert "File " not in run.error


def test_an_error_of_the_learner_s_own_is_shown_with_all_its_frames(told):
    run = told("def a(): b()\ndef b(): c()\ndef c(): d()\ndef d(): return {}['x']\na()")
    assert [f"in {name}()" in run.error for name in "abcd"] == [True] * 4
    assert run.error.endswith("KeyError: 'x'")


def test_what_is_not_known_is_not_guessed(told):
    run = told("json.dumps({1, 2})")
    assert run.error.split("\n")[-3:] == [
        "TypeError: Object of type set is not JSON serializable",
        "",
        "What the libraries did is left out here: `%tb` shows it.",
    ]
    whole = told("%tb")
    assert "encoder.py" in whole.error
    assert told("cal").error.count("ean `") == 0, "a short name may be anything"


def test_the_debugger_goes_to_the_learner_s_line(told, kernel):
    told("def f(mine):\n    return json.dumps(mine)\nf({7})")
    assert kernel.value("__import__('sys').last_traceback.tb_next.tb_frame.f_code.co_name") == "<module>"
    assert kernel.value("type(__import__('sys').last_value).__name__") == "TypeError"


NOTEBOOK = """{"cells": [
{"cell_type": "code", "id": "setup", "source": "from helpers import lesson_tool"},
{"cell_type": "markdown", "id": "m", "source": "## A *slow* server"},
{"cell_type": "code", "id": "first", "source": "# two workers\\nslow_server = serve(Slow(), workers=2)"},
{"cell_type": "code", "id": "schema", "source": "%%proto crate\\nmessage Crate {}"},
{"cell_type": "code", "id": "file", "source": "%%writefile {place}/src/server.py\\nimport grpc"},
{"cell_type": "code", "id": "use", "source": "slow_server.stop()"}]}"""


@pytest.fixture
def notebook(told, kernel):
    """The kernel belongs to a notebook with these cells."""
    path = kernel.folder / "lesson.ipynb"
    path.write_text(NOTEBOOK, encoding="utf-8")
    assert not kernel.run(f"import os; os.environ['JPY_SESSION_NAME'] = {str(path)!r}").error
    yield kernel
    kernel.run("del os.environ['JPY_SESSION_NAME']; globals().pop('lesson_tool', None)")


def test_a_missing_name_leads_to_the_cell_that_makes_it(notebook):
    above = (
        "Run the setup cell at the top and the cells in between: menu Run, then Run All Above Selected Cell."
    )
    assert notebook.run("slow_server.stop()", cell="use").error.endswith(
        f"`slow_server` is not there yet, and neither is what the setup cell makes.\n{above}"
    )
    assert notebook.run("lesson_tool()", cell="use").error.endswith(
        "`lesson_tool` is not there yet.\nRun the setup cell at the top, and then this one."
    )
    notebook.run("lesson_tool = 1")
    run = notebook.run("slow_server.stop()", cell="use")
    assert run.error.endswith(
        "`slow_server` is not there yet.\nRun the cell that begins with "
        '`slow_server = serve(Slow(), workers=2)`, under "A slow server", and then this one.'
    )
    assert objections(run.error) == []
    run = notebook.run('%%proto box\nsyntax = "proto3";\nimport "crate.proto";\nmessage Box {}', cell="use")
    assert run.error.endswith(
        'Run the cell that begins with `%%proto crate`, under "A slow server", and then this one.'
    )
    assert "Imports are named" not in run.error
    assert notebook.run("import crate_pb2", cell="use").error.endswith(
        'Run the cell that begins with `%%proto crate`, under "A slow server": it makes the name.'
    )
    run = notebook.run("%%writefile {slow_server}/x.py\npass", cell="use")
    assert "`{slow_server}` stands for a name that is not there yet." in run.error


def test_a_name_that_no_cell_makes_is_misspelt(notebook):
    for cell, expected in {
        "slow_servr.stop()": "Is it misspelt, or still to be written?",
        "gReeter()": "Did you mean `Greeter`?",
    }.items():
        run = notebook.run(cell)
        assert "No cell of this notebook, as it was saved last, makes `" in run.error
        assert run.error.endswith(expected)


def test_an_iterator_that_has_ended_says_so(told):
    assert told("next(iter([]))").error.endswith(
        "There is nothing more to read: this iterator has come to its end.\n"
        "Run the cell that makes it, and then this one."
    )


def test_interact_and_output_widgets_show_errors_so_too(told):
    cell = "import ipywidgets\n@ipywidgets.interact(n=(0, 3))\ndef show(n): closed().SayHello(ada)"
    run = told(cell)
    assert run.error.endswith(CLOSED)
    assert objections(run.error) == []
    run = told("out = ipywidgets.Output()\nwith out:\n    closed().SayHello(ada)")
    assert run.error.endswith(CLOSED)
    assert objections(run.error) == []


LATER = """
later = await serve_aio(Later())
aio_channel = grpc.aio.insecure_channel(later.address)
aio = pb2_grpc.GreeterServiceStub(aio_channel)
"""


def test_a_blocking_call_of_a_server_on_its_own_loop_is_found_out(told):
    told(LATER)
    for address in ("later", "tap(later)"):
        run = told(f"connect({address}).SayHello(ada)")
        assert run.error.split("\n")[0].endswith(", line 1")
        assert "this call waits for 127.0.0.1:" in run.error
        assert "a server on the event loop that this very line blocks" in run.error
        assert "await asyncio.to_thread(stub.Method, request)" in run.error
    assert told("(await asyncio.to_thread(connect(later).SayHello, ada)).greeting").value == "Hello"


def test_the_same_is_found_out_in_a_cell_that_awaits(told):
    run = told("later = await serve_aio(Later())\nconnect(later).SayHello(ada)")
    assert "a server on the event loop that this very line blocks" in run.error


def test_what_calls_of_asyncio_are_not_made_for_is_told(told):
    cases = {
        "asyncio.create_task(aio.SayHello(ada))": (
            "A call of grpc.aio can be awaited, and is no coroutine, of which tasks are made.\n"
            "Write a small `async def` that awaits it, or give the call to asyncio.gather."
        ),
        "await stub.SayHello.future(ada)": (
            "This is a call of a plain stub: nothing can be awaited there.\n"
            "Write `.result()` behind it, or make the stub over grpc.aio.insecure_channel(...)."
        ),
        "call = aio.SayHelloToAll(iter([pb2.SayHelloToAllRequest()]))\n"
        "await call.write(pb2.SayHelloToAllRequest())": (
            "A call is used in one way: with iterators (`async for`, a generator of requests), or with read() and "
            "write().\nChoose one of them for this call; the next call may take the other."
        ),
        "call = aio.SayHelloToAll()\nawait call.done_writing()\nawait call.write(pb2.SayHelloToAllRequest())": (
            "`done_writing()` has told the server that no more requests come.\n"
            "Write all requests before it, or begin a new call."
        ),
    }
    told(LATER)
    for cell, says in cases.items():
        run = told(cell)
        assert run.error.endswith(says), run.error
        assert objections(run.error, needs_cure=False) == []


def test_asyncio_s_own_ways_to_fail_are_told(told):
    told(LATER)
    failing = (
        "async def requests():\n    yield pb2.SayHelloToAllRequest()\n    raise LookupError('no more')\n"
    )
    run = told(failing + "await aio.SayHelloToAll(requests())")
    assert "CancelledError: The generator of the requests raised LookupError" in run.error
    assert "LookupError in an iterator of requests" in run.shown
    assert "raise LookupError('no more')" in run.shown
    run = told("await aio.SayHello({'name': 'Ada'})")
    assert "A stub of `grpc.aio` got a dictionary" in run.shown
    for cell, expected in {
        "aio.SayHello(ada).greeting": "reply = await stub.Method(request).",
        "await aio.SayHello(ada, metadata={'abc': 'x'})": "or metadata=list(pairs.items()).",
        "await aio.SayHello(ada, metadata=[('A', 'x')])": "Write ('a', ...).",
        "await aio.SayHello(ada, timeout='3')": "Write timeout=2.5.",
        "await aio_channel.close()\nawait aio.SayHello(ada)": CLOSED,
    }.items():
        run = told(cell)
        assert run.error.endswith(expected), run.error
        assert objections(run.error, needs_cure=False) == []


def test_abort_without_await_is_told_as_that(told):
    told("""
class Aborting(pb2_grpc.GreeterServiceServicer):
    async def SayHello(self, request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "no")
aborting = await serve_aio(Aborting())
""")
    run = told("await asyncio.to_thread(connect(aborting).SayHello, ada)")
    assert "On asyncio `context.abort(...)` is a coroutine, and its `await` is missing" in run.shown
    assert "`return` missing" not in run.shown


def test_the_handler_s_missing_name_is_told_on_both_sides(told):
    told("""
class Forgetful(Greeter):
    def SayHello(self, request, context):
        return pb2.SayHelloResponse(greeting=never_made)
""")
    run = told("hello(serve(Forgetful()))")
    assert "The handler raised NameError; the card below shows its own line." in run.error
    assert "This kernel does not know `never_made` yet" in run.error
    assert "This kernel does not know `never_made` yet" in run.shown
    assert objections(run.error) == []


INTERCEPTORS = """
class Doing(grpc.UnaryUnaryClientInterceptor):
    def __init__(self, do):
        self.intercept_unary_unary = do
    def intercept_unary_unary(self): ...
def through(do):
    return pb2_grpc.GreeterServiceStub(grpc.intercept_channel(channel, Doing(do)))
class Yielding(grpc.UnaryStreamClientInterceptor):
    def intercept_unary_stream(self, continuation, details, request):
        yield from continuation(details, request)
"""
_ADD = 'Write details._replace(metadata=[*(details.metadata or ()), ("key", "value")]).'
_NO_METADATA = f"`details.metadata` is None where the caller sends none.\n{_ADD}"


@pytest.mark.parametrize(
    ("line", "expected"),
    {
        "through(lambda go_on, details, request: go_on(details, request).result()).SayHello(ada)": (
            "A client interceptor returns a call, and here it gave a SayHelloResponse.\n"
            "Return what `continuation(details, request)` gave, as it is."
        ),
        "through(lambda go_on, details, request: None).SayHello(ada)": (
            "A client interceptor returns a call, and here it gave None.\n"
            "Return what `continuation(details, request)` gave, as it is."
        ),
        "through(lambda go_on, details, request: details.metadata + [('a', 'b')]).SayHello(ada)": _NO_METADATA,
        "through(lambda go_on, details, request: [*details.metadata, ('a', 'b')]).SayHello(ada)": _NO_METADATA,
        "through(lambda go_on, details, request: details.metadata.append(('a', 'b'))).SayHello(ada)": _NO_METADATA,
        "through(lambda go_on, details, request: setattr(details, 'metadata', [])).SayHello(ada)": (
            f"The details of a call cannot be changed; `continuation` takes a changed copy.\n{_ADD}"
        ),
        "through(lambda go_on, details, request: go_on(request)).SayHello(ada)": (
            "`continuation` takes the details and the request of the call.\nWrite continuation(details, request)."
        ),
        "through(lambda go_on, details, request: go_on(details._replace(metadata=[('A', 'b')]), request)).SayHello(ada)": (
            "Keys of metadata are lower case, and 'A' is not.\nWrite ('a', ...)."
        ),
        "pb2_grpc.GreeterServiceStub(grpc.intercept_channel(channel, Yielding())).SayHelloInLanguages(ada).cancel()": (
            "This is the generator that an interceptor has made of the call, and it has no `cancel`.\n"
            "Let `intercept_unary_stream` return what `continuation` gave, without a `yield`."
        ),
        "grpc.insecure_channel(server.address, interceptors=[])": (
            "Only the channels of `grpc.aio` are made with interceptors.\n"
            "Write grpc.intercept_channel(grpc.insecure_channel(...), Mine())."
        ),
    }.items(),
)
def test_a_client_interceptor_s_mistake_is_told(told, line, expected):
    told(INTERCEPTORS)
    run = told(line)
    assert run.error.endswith(expected), run.error
    assert objections(run.error, needs_cure=False) == []


@pytest.mark.parametrize(
    ("method", "expected"),
    {
        "def intercept_service(self, continuation, details):\n        yield continuation(details)": (
            "`intercept_service` gives gRPC a handler, and here an interceptor gave a generator.\n"
            "Return what `continuation(details)` gave, or a new handler: grpc.unary_unary_rpc_method_handler(...)."
        ),
        "def intercept_service(self, continuation, details):\n        return 'hello'": (
            '`intercept_service` gives gRPC a handler, and here an interceptor gave the text "hello".\n'
            "Return what `continuation(details)` gave, or a new handler: grpc.unary_unary_rpc_method_handler(...)."
        ),
        "def intercept_service(self, continuation, details, context):\n        return continuation(details)": (
            "missing 1 required positional argument: 'context'\n"
            "Write `def intercept_service(self, continuation, details):`."
        ),
        "def intercept_service(self, continuation, details):\n        return never_made(continuation, details)": (
            "Run the setup cell at the top and the cells in between: menu Run, then Run All Above Selected Cell."
        ),
    }.items(),
)
def test_what_is_wrong_with_a_server_interceptor_is_told_and_the_server_goes_on(told, method, expected):
    told(f"class Mistaken(grpc.ServerInterceptor):\n    {method}")
    for _ in range(2):  # gRPC's own thread lives on
        run = told("mistaken = serve(Greeter(), interceptors=[Mistaken()])\nhello(mistaken)")
        assert run.error.endswith(expected), run.error


def test_an_interceptor_s_trailing_metadata_of_a_wrong_type_keep_nobody_waiting(told):
    told("""
class Late(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        handler = continuation(details)
        def late(request, context):
            reply = handler.unary_unary(request, context)
            context.set_trailing_metadata([("took", 0.3)])
            return reply
        return grpc.unary_unary_rpc_method_handler(late, handler.request_deserializer, handler.response_serializer)
""")
    run = told("hello(serve(Greeter(), interceptors=[Late()]))")
    assert "StatusCode.UNKNOWN" in run.error
    assert "A value of metadata is text, and 'took' got the number 0.3." in run.shown


def test_what_a_function_of_an_interceptor_raises_is_shown(told):
    told("""
class Wrapping(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        handler = continuation(details)
        def wrapped(request, context):
            raise LookupError("no rule")
        return grpc.unary_unary_rpc_method_handler(wrapped, handler.request_deserializer, handler.response_serializer)
""")
    run = told("hello(serve(Greeter(), interceptors=[Wrapping()]))")
    assert run.shown.count('raise LookupError("no rule")') == 1


def test_an_interceptor_s_own_mistake_is_shown(told):
    told("""
class Raising(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        raise LookupError("no rule")
class Silent(grpc.ServerInterceptor):
    def intercept_service(self, continuation, details):
        return None
""")
    run = told("hello(serve(Greeter(), interceptors=[Raising()]))")
    assert "LookupError in an interceptor of the server" in run.shown
    assert 'raise LookupError("no rule")' in run.shown
    run = told("hello(serve(Greeter(), interceptors=[Silent()]))")
    assert "The server offers greeter.v1.GreeterService, and yet has no handler for SayHello." in run.error


def test_a_callback_that_raises_is_shown(told):
    cell = "seen = asyncio.Event()\nchannel.subscribe(lambda state: 1 / 0)\nstub.SayHello(ada)\nimport time; time.sleep(0.3)"
    run = told(cell)
    assert "ZeroDivisionError in a callback of a channel" in run.shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "context.abort('NOT_FOUND', 'no')",
            "`context.abort` takes a status, such as grpc.StatusCode.NOT_FOUND",
        ),
        (
            "context.set_trailing_metadata({'abc': 'x'})",
            "the trailing metadata is a dictionary, and gRPC takes pairs",
        ),
        (
            "context.set_code('NOT_FOUND')",
            "`context.set_code` takes a status, such as grpc.StatusCode.NOT_FOUND",
        ),
        ("context.abort(5, 'no')", "`context.abort` takes a status, such as grpc.StatusCode.NOT_FOUND"),
        (
            "context.abort('no', grpc.StatusCode.NOT_FOUND)",
            "`context.abort` takes a status and a text, in this order",
        ),
        ("raise grpc.StatusCode.NOT_FOUND", "`raise` takes an exception."),
        ("return pb2.SayHelloResponse", "The handler gave the class SayHelloResponse"),
        ("next(iter([]))", "Where that can happen, give next a second argument"),
        ("context.set_trailing_metadata([('A', 'x')])", "Keys of metadata are lower case, and 'A' is not."),
    ],
)
def test_a_handler_s_mistake_with_its_context_is_shown_and_nobody_waits(told, line, shown):
    told(f"""
class Mistaken(Greeter):
    def SayHello(self, request, context):
        {line}
        return pb2.SayHelloResponse()
""")
    run = told("connect(serve(Mistaken())).SayHello(ada)")
    assert "StatusCode." in run.error
    assert shown in run.shown


def test_a_handler_that_takes_too_little_is_told_what_it_gets(told):
    told("class Short(Greeter):\n    def SayHello(self, request):\n        pass")
    run = told("connect(serve(Short())).SayHello(ada)")
    assert "Write `def SayHello(self, request, context):`." in run.shown


def test_a_stream_s_end_and_its_replies_are_told(told):
    told("""
class Streams(Greeter):
    def SayHelloToAll(self, requests, context):
        return pb2.SayHelloToAllResponse(greeting=next(requests).name)
    def SayHelloInLanguages(self, request, context):
        yield
    def Chat(self, requests, context):
        yield pb2.ChatResponse(greeting=str(len(requests)))
class Coroutine(Later):
    async def SayHelloInLanguages(self, request, context):
        return pb2.SayHelloInLanguagesResponse()
streams = connect(serve(Streams()))
coroutine = await serve_aio(Coroutine())
aio = pb2_grpc.GreeterServiceStub(grpc.aio.insecure_channel(coroutine.address))
""")
    for cell, shown in {
        "streams.SayHelloToAll(iter([]))": "The client sent no more requests: the stream of them has ended.",
        "list(streams.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest()))": "Does a `yield` have nothing after it?",
        "list(streams.Chat(iter([])))": "A stream of requests is an iterator: it has no length",
        "[reply async for reply in aio.SayHelloInLanguages(pb2.SayHelloInLanguagesRequest())]": (
            "so its handler must `yield` them; it returned a SayHelloInLanguagesResponse."
        ),
    }.items():
        assert shown in told(cell).shown


def test_a_thread_s_error_is_as_short(told):
    run = told(
        "import threading\nt = threading.Thread(target=lambda: closed().SayHello(ada))\nt.start(); t.join()"
    )
    assert run.stderr.rstrip().endswith(CLOSED)
    assert "In Thread-" in run.stderr
    assert objections(run.stderr) == []


def test_what_a_server_says_cannot_command_the_page(told):
    told("""
class Evil(Greeter):
    def SayHello(self, request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "\\x1b[31mred\\u202eevil\\x07")
""")
    run = told("connect(serve(Evil())).SayHello(ada)")
    assert r"\x1b[31mred\u202eevil\x07" in run.error
    assert not {"\x1b", "\u202e", "\x07"} & set(run.error)


def test_a_deadline_over_a_blocked_loop_says_why(told):
    told(LATER)
    run = told("connect(later).SayHello(ada, timeout=0.5)")
    assert "StatusCode.DEADLINE_EXCEEDED" in run.error
    assert (
        "The server runs on the notebook's event loop, which this line blocked while it waited." in run.error
    )


RICH = """
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="no")
problems = error_details_pb2.BadRequest()
class Refusing(Greeter):
    def SayHello(self, request, context):
        status.details.add().Pack(error_details_pb2.DebugInfo(detail="x" * 17_000))
        context.abort_with_status(rpc_status.to_status(status))
class Raw(Greeter):
    def SayHello(self, request, context):
        context.abort_with_status(status)
class Leaving(Greeter):
    def SayHello(self, request, context):
        raise SystemExit("no")
def cancelled():
    call = connect(serve(Leaving())).SayHello.future(ada)
    call.cancel()
    return call
"""


def test_what_errors_with_details_take_is_told(told):
    told(RICH)
    pack = "Write status.details.add().Pack(message)."
    for cell, expected in {
        "status_pb2.Status(details=[problems])": pack,
        "status.details.append(problems)": pack,
        "status_pb2.Status(code=grpc.StatusCode.NOT_FOUND)": (
            "Write code=code_pb2.NOT_FOUND, with `from google.rpc import code_pb2`."
        ),
        "rpc_status.to_status(problems)": "and pack the message: status.details.add().Pack(message).",
        "rpc_status.to_status('no')": "status_pb2.Status(code=code_pb2.NOT_FOUND, message=...).",
        "status.details.add().Pack(problems); status.details[-1].Unpack(error_details_pb2.BadRequest)": (
            "Make an empty one first: message = BadRequest(), and then detail.Unpack(message)."
        ),
        "import time; time.sleep(error_details_pb2.RetryInfo().retry_delay)": (
            "Write duration.ToTimedelta().total_seconds()."
        ),
        "connect(serve(Refusing())).SayHello(ada)": (
            'Keep it below 8 KiB, or give the channel options=[("grpc.max_metadata_size", 32 * 1024)].'
        ),
    }.items():
        run = told(cell)
        assert run.error.endswith(expected), run.error
        assert objections(run.error, needs_cure=False) == []


def test_a_handler_without_an_answer_is_told(told):
    told(RICH)
    run = told("connect(serve(Raw())).SayHello(ada)")
    assert "Write context.abort_with_status(rpc_status.to_status(status))." in run.shown
    run = told("connect(serve(Leaving())).SayHello(ada, timeout=0.5)")
    assert "the client is told nothing, and waits" in run.shown
    assert "SystemExit is none, so nobody answers the client." in " ".join(run.shown.split())


def test_a_call_that_was_cancelled_says_what_to_run(told):
    run = told(f"{RICH}\ncancelled().result()")
    assert "This call was cancelled, so there is no reply to wait for." in run.error
    assert objections(run.error) == []


ASKING = """
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from helpers import Console, replay
from grpc_channelz.v1 import channelz
from grpc_reflection.v1alpha import reflection
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

def asked(*more):
    return ProtoReflectionDescriptorDatabase(grpc.insecure_channel(serve(Greeter(), *more).address))

database = asked(reflection.ReflectionServicer(["greeter.v1.GreeterService", "greeter.v1.Ghost"], pool=pb2.DESCRIPTOR.pool))
pool = DescriptorPool(database)
method = pool.FindServiceByName("greeter.v1.GreeterService").methods_by_name["SayHello"]
"""


def test_what_a_server_does_not_offer_is_told(told):
    told(ASKING)
    no_server = "This takes a grpc.Server that is not started yet, and what `serve` gives is running.\n"
    for cell, expected in {
        'pool.FindServiceByName("greeter.v1.GreetorService")': (
            "This pool knows no service greeter.v1.GreetorService.\nDid you mean `greeter.v1.GreeterService`?"
        ),
        'pool.FindServiceByName("depot.Ghost")': (
            "This pool knows no service depot.Ghost: the name is misspelt, the server lists it without a contract, or the "
            "contract is in another pool.\nCompare it with the names that `get_services()` of the database gives."
        ),
        "asked().get_services()": (
            "does not tell what it offers: it has no reflection.\n"
            "Start it with one more servicer: serve(Quotes(), reflection.ReflectionServicer(names))."
        ),
        "reflection.enable_server_reflection([], serve(Greeter()))": (
            f"{no_server}Give the servicer to serve: serve(Quotes(), reflection.ReflectionServicer(names))."
        ),
        "channelz.add_channelz_servicer(serve(Greeter()))": (
            f"{no_server}Give the servicer to serve: serve(Quotes(), channelz.ChannelzServicer())."
        ),
        'Console("127.0.0.1:1")': (
            "answers at 127.0.0.1:1: is it running, and is the address its own?\n\n"
            "If the server or tap was stopped: run the cell that starts it, and then this one."
        ),
        """
watched = tap(serve(Greeter()))
with watched.capture() as kept:
    pb2_grpc.GreeterServiceStub(grpc.insecure_channel(watched.address)).SayHello(ada)
replay(kept, "127.0.0.1:1")""": (
            "nobody answers at 127.0.0.1:1 (Connection refused): does the server run?\n\n"
            "If the server or tap was stopped: run the cell that starts it, and then this one."
        ),
        "GetMessageClass(method)": (
            "GetMessageClass takes the descriptor of a message, and got that of a method.\n"
            "A method has two of them: GetMessageClass(method.input_type), and method.output_type."
        ),
    }.items():
        run = told(cell)
        assert run.error.endswith(expected), run.error
        assert objections(run.error, needs_cure=False) == []


def test_a_missing_file_leads_to_the_cell_that_writes_it(notebook):
    notebook.run("from pathlib import Path; place = Path.cwd() / 'project'")
    run = notebook.run("(place / 'src/server.py').read_text()", cell="use")
    assert run.error.endswith(
        "There is no file server.py yet.\nRun the cell that begins with `%%writefile {place}/src/server.py`, "
        'under "A slow server", and then this one.'
    )
    run = notebook.run("%%writefile {place}/src/server.py\nimport grpc", cell="file")
    assert "There is no folder " in run.error
    assert run.error.endswith("src.\nRun the cell that makes it, and then this one.")
    notebook.run("place.mkdir()")
    run = notebook.run("(place / 'quote_pb2.py').read_text()", cell="use")
    assert "There is no quote_pb2.py in " in run.error
    assert run.error.endswith("\nRun the cell that makes it first; or is its name another?")
    assert objections(run.error) == []
    assert (
        "There is no" not in notebook.run("open('/nowhere/at_all.txt')", cell="use").error.split("\n\n")[-1]
    )
    notebook.run("place.rmdir(); del place")
