"""What all views share: the base widget, style, cards, tables, charts, text, throttling, the event log."""
