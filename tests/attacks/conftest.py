"""The programs beside this file are for the sandbox; collecting tests must not import them."""

collect_ignore_glob = ["our_attacks/*"]
