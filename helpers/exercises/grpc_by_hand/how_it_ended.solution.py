OF_HTTP = {"400": 13, "401": 16, "403": 7, "404": 12, "429": 14, "502": 14, "503": 14, "504": 14}


@grpc_by_hand.how_it_ended
def how_it_ended(blocks):
    last = dict(blocks[-1])
    if "grpc-status" in last:
        return int(last["grpc-status"]), urllib.parse.unquote(last.get("grpc-message", ""))
    return OF_HTTP.get(dict(blocks[0])[":status"], 2), ""
