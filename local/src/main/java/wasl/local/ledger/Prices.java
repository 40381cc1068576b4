package wasl.local.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;

/// The dated price table: what one unit of each meter costs, in USD, without any free tier.
///
/// @param date when it was last compared with AWS's pages
/// @param free what AWS takes off an account's month, for good and not for a first year
public record Prices(
    LocalDate date, String region, Map<Meter, Double> perUnit, Map<Meter, Double> free) {
  private static final String FILE = "prices.json";

  public Prices {
    perUnit = Map.copyOf(perUnit);
    free = Map.copyOf(free);
    var missing = new ArrayList<String>();
    for (var meter : Meter.values()) {
      if (!perUnit.containsKey(meter)) {
        missing.add(meter.key());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(FILE + " has no price for " + String.join(", ", missing));
    }
  }

  /// Reads the table that lies beside this class.
  public static Prices read() {
    try (var file = Prices.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new AssertionError("the price table is on the class path");
      }
      return of(new ObjectMapper().readTree(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + FILE, e);
    }
  }

  private static Prices of(JsonNode table) {
    var perUnit = new EnumMap<Meter, Double>(Meter.class);
    var free = new EnumMap<Meter, Double>(Meter.class);
    for (var meter : Meter.values()) {
      var price = table.path("prices").path(meter.key());
      if (price.isObject()) {
        perUnit.put(meter, price.path("usd").asDouble() / price.path("per").asDouble());
        free.put(meter, price.path("always-free").asDouble());
      }
    }
    return new Prices(
        LocalDate.parse(table.path("date").asText()), table.path("region").asText(), perUnit, free);
  }

  public double of(Meter meter, double amount) {
    return perUnit.getOrDefault(meter, 0.0) * amount;
  }

  /// What a month comes to where nothing else in the account uses what is free.
  public double afterWhatIsFree(Tally month) {
    double usd = 0;
    for (var meter : Meter.values()) {
      usd += of(meter, Math.max(0, month.amount(meter) - free.getOrDefault(meter, 0.0)));
    }
    return usd;
  }
}
