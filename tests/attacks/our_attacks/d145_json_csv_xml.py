# d145 | task=count | required=pass | json, csv, xml, html, urllib.parse, textwrap and string on the way
import csv, html, io, json, string, textwrap, urllib.parse
import xml.etree.ElementTree as ElementTree
def count(xs):
    xs = json.loads(json.dumps(xs))
    handle = io.StringIO()
    csv.writer(handle).writerow(xs)
    root = ElementTree.Element("r")
    for x in xs:
        ElementTree.SubElement(root, "x").text = html.unescape(html.escape(urllib.parse.unquote(urllib.parse.quote(x))))
    textwrap.fill(string.ascii_letters)
    return {x: xs.count(x) for x in xs}
