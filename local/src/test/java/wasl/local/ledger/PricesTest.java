package wasl.local.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PricesTest {
  @Test
  void the_table_has_a_date_and_a_price_for_everything_that_is_counted() {
    var prices = Prices.read();

    assertThat(prices.date()).isAfter(LocalDate.parse("2026-01-01"));
    assertThat(prices.perUnit()).containsOnlyKeys(Meter.values());
    assertThat(prices.perUnit().values()).allMatch(usd -> usd > 0);
  }

  @Test
  void says_what_it_has_no_price_for() {
    assertThatThrownBy(() -> new Prices(LocalDate.EPOCH, "us-east-1", Map.of(), Map.of()))
        .hasMessageContaining("sqs-request");
  }

  @Test
  void what_is_free_is_taken_off_each_meter_and_no_further() {
    var month =
        Tally.NOTHING
            .plus(Meter.DASHBOARD_MONTH, "in the template", 1)
            .plus(Meter.ALARM_METRIC_MONTH, "in the template", 12);

    assertThat(Prices.read().afterWhatIsFree(month)).isCloseTo(0.20, within(1e-9));
  }

  @Test
  void what_was_counted_between_two_moments_is_their_difference() {
    var before = Tally.NOTHING.plus(Meter.S3_PUT, "PutObject", 2);
    var after =
        Tally.NOTHING.plus(Meter.S3_PUT, "PutObject", 12).plus(Meter.S3_GET, "GetObject", 5);

    assertThat(after.since(before).per(10).amounts())
        .isEqualTo(
            Map.of(
                new Tally.Entry(Meter.S3_PUT, "PutObject"), 1.0,
                new Tally.Entry(Meter.S3_GET, "GetObject"), 0.5));
    assertThat(after.since(after)).isEqualTo(Tally.NOTHING);
  }
}
