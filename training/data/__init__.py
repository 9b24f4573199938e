"""From files and Hub data sets to conversations in the order in which they are learned.

sources       one data set: its rows, as conversations
forms         Alpaca, messages, ShareGPT and prompt-completion rows as conversations
mixture       several sources by weight and cap, the smaller caps inside the larger ones
order         shuffled, or from easy to hard
"""
