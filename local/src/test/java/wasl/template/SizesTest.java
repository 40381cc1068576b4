package wasl.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SizesTest {
  private static final long MEGABYTE = 1_000_000;
  private static final TemplateYaml TEMPLATE = new TemplateYaml();

  @Test
  void the_layer_and_the_largest_function_unpack_to_at_most_60_megabytes() {
    long layer = size(TEMPLATE.properties("Layer").path("ContentUri").asText());
    Map<String, Long> functions = new TreeMap<>();
    TEMPLATE
        .functions()
        .forEach((id, function) -> functions.put(id, size(function.path("CodeUri").asText())));
    System.out.printf("unpacked: layer %.1f MB%n", layer / (double) MEGABYTE);
    functions.forEach(
        (id, bytes) -> System.out.printf("unpacked: %s %.2f MB%n", id, bytes / (double) MEGABYTE));

    long largest = functions.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(layer + largest).isLessThanOrEqualTo(60 * MEGABYTE);
  }

  private static long size(String zip) {
    return Sizes.total(TemplateYaml.ROOT.resolve(Path.of(zip)));
  }
}
