# d124 | task=add | required=pass | logging, warnings as errors, locale
import locale, logging, warnings
logging.basicConfig(level=logging.DEBUG)
warnings.simplefilter("error")
locale.setlocale(locale.LC_ALL, "")
def add(a, b):
    logging.debug("adding %s %s", a, b)
    return a + b
