package wasl.moto;

import static org.assertj.core.api.Assertions.assertThat;
import static wasl.local.endpoint.AwsService.DYNAMODB;
import static wasl.local.endpoint.AwsService.SQS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import wasl.local.endpoint.AwsEndpoint;
import wasl.local.fixture.BuiltBundle;
import wasl.local.host.InvocationResult.Answered;
import wasl.local.host.InvocationResult.Failed;
import wasl.local.template.Bundle;
import wasl.local.template.StreamMapping;
import wasl.local.trigger.Checkpoints;
import wasl.local.trigger.StreamPoller;

/// Streams of an AWS that is not ours, in a stack that is not either.
class MotoStreamTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STACK = "wasl-streams";

  @TempDir Path folder;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile String kept = "";

  @Test
  void the_changes_of_a_stack_s_table_are_followed_and_what_is_given_up_is_told() throws Exception {
    Moto.assumeInstalled();
    var template = BuiltBundle.in(folder.resolve("bundle"), "streams.yaml").root();
    var file = template.resolve("template.yaml");
    try (var moto = Moto.start(folder);
        var aws = new AwsEndpoint(moto.endpoint(), "us-east-1")) {
      moto.createStack(STACK, folder, file);
      var deployment = Bundle.read(file, Map.of(), Map.of()).findIn(STACK, aws);
      var mapping = deployment.streams().getFirst();
      var table = deployment.inventory().tables().keySet().iterator().next();
      assertThat(mapping.streamArn())
          .isEqualTo(deployment.inventory().streams().get(table))
          .contains(":table/" + table + "/stream/");

      try (var _ = follow(mapping, aws)) {
        IntStream.range(0, 5).forEach(n -> put(aws, table, n));
        await(() -> seen.size() == 5 && kept.contains("after"));
      }
      IntStream.range(5, 9).forEach(n -> put(aws, table, n));
      try (var _ = follow(mapping, aws)) {
        await(() -> seen.size() >= 9);
        assertThat(seen).isEqualTo(IntStream.range(0, 9).mapToObj(Integer::toString).toList());

        put(aws, table, 666);
        var receive = aws.input().put("QueueUrl", mapping.onFailure().orElseThrow().url());
        await(() -> aws.call(SQS, "ReceiveMessage", receive).toString().contains("DDBStreamBatch"));
      }
    }
  }

  private StreamPoller follow(StreamMapping mapping, AwsEndpoint aws) {
    return StreamPoller.start(
        mapping,
        aws,
        (function, event) -> {
          var numbers =
              json(event)
                  .path("Records")
                  .valueStream()
                  .map(record -> record.at("/dynamodb/NewImage/n/N").asText())
                  .toList();
          if (numbers.contains("666")) {
            return new Failed("E", "as always");
          }
          seen.addAll(numbers);
          return new Answered("{}".getBytes(StandardCharsets.UTF_8));
        },
        Checkpoints.open(Optional.of(kept).filter(text -> !text.isEmpty()), text -> kept = text),
        InstantSource.system(),
        log::add);
  }

  private static void put(AwsEndpoint aws, String table, int n) {
    var input = aws.input().put("TableName", table);
    input.withObject("/Item/pk").put("S", "a");
    input.withObject("/Item/n").put("N", Integer.toString(n));
    input.withObject("/Item/change/M/id").put("S", "chg_" + n);
    aws.call(DYNAMODB, "PutItem", input);
  }

  private static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void await(BooleanSupplier holds) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime())
          .withFailMessage(() -> "it does not come in time: " + seen + log)
          .isLessThan(deadline);
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
