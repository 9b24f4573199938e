"""Which tokens are learned: the answers', and what ends them; never the questions'.

template   what a conversation looks like as text, and where the answers are in it
encode     the text as tokens, each with whether it is learned
preview    the tokens in the terminal, coloured by that
"""
