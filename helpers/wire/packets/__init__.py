"""Capture files of tcpdump and Wireshark: packets, their layers, and the TCP connections put together from them."""
