"""A person rates instructions without knowing where they come from: which ones, the ratings, and how raters agree.

sample      which instructions, in what order       reviews    the ratings on disk
server      the page on this machine                agreement  between raters, and by origin
"""
