@microservices.charge_once
def charge(ledger, order_id, cents):
    ledger.execute(
        "insert into charges (order_id, cents) values (?, ?) on conflict do nothing", (order_id, cents)
    )
    number, charged = ledger.execute(
        "select number, cents from charges where order_id = ?", (order_id,)
    ).fetchone()
    if charged != cents:
        raise ValueError(f"{order_id} was charged {charged}, not {cents}")
    return number
