package wasl.local.bench;

import java.io.PrintStream;
import java.util.Locale;
import wasl.local.ledger.Meter;
import wasl.local.ledger.Prices;
import wasl.local.ledger.Tally;

/// Prints a tally with what it costs, item by item.
final class Bill {
  private final PrintStream out;
  private final Prices prices;

  Bill(PrintStream out, Prices prices) {
    this.out = out;
    this.prices = prices;
  }

  /// @param amounts of whatever the figures are for
  /// @param unit what the amounts are of, such as `per webhook`
  /// @param times how many of them the price is for
  /// @param of what that is called, such as `USD per million`
  double print(Tally amounts, String unit, double times, String of) {
    out.printf("  %-13s %-50s %12s %16s%n", "", "", unit, of);
    double total = 0;
    for (var meter : Meter.values()) {
      double amount = amounts.amount(meter);
      if (amount == 0) {
        continue;
      }
      double usd = prices.of(meter, amount * times);
      total += usd;
      line(meter.service(), meter.unit(), amount, usd);
      amounts
          .amounts()
          .forEach((entry, each) -> {
            if (entry.meter() == meter && each != amount) {
              line("", "  " + entry.what(), each, prices.of(meter, each * times));
            }
          });
    }
    out.printf(Locale.ROOT, "  %-77s %16.2f%n", "total", total);
    out.flush();
    return total;
  }

  private void line(String service, String what, double amount, double usd) {
    out.printf(Locale.ROOT, "  %-13s %-50s %12s %16.4f%n", service, what, number(amount), usd);
  }

  // As many digits as say something: a GB per webhook is small, a request per month is not.
  private static String number(double amount) {
    if (amount >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", amount);
    }
    return amount >= 0.001
        ? String.format(Locale.ROOT, "%.3f", amount)
        : String.format(Locale.ROOT, "%.3e", amount);
  }
}
