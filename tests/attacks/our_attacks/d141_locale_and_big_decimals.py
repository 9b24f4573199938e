# d141 | task=half | required=pass | locale, decimals of a thousand digits, fractions, statistics
import decimal, fractions, locale, statistics
def half(x):
    locale.setlocale(locale.LC_ALL, "C")
    locale.localeconv()
    with decimal.localcontext() as context:
        context.prec = 1000
        decimal.Decimal(2).sqrt()
    return statistics.mean([0.0, float(fractions.Fraction(x))])
