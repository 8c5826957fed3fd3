package tasknet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.task.Keep;
import tasknet.task.KeepFields;
import tasknet.task.TaskType;

class WorkersFileIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void everythingThatAnEntryMaySayIsRead() throws IOException {
    WorkersFile read =
        read(
            """
            {"$schema": "docs/workers.schema.json", "workers": [
              {"name": "hash", "active": true, "description": "d", "replicas": 3, "concurrency": 8,
               "durable": false, "timeout": "5s",
               "retry": {"maxAttempts": 5, "backoff": {"first": "1s", "factor": 3, "cap": "1m", "jitter": 0}},
               "limits": {"running": 10, "startsPerSecond": 2.5},
               "keep": {"completed": "1h", "dead": "forever", "expired": 60},
               "memory": "256m", "cpus": 0.5, "environment": {"B": "2", "A": "1"}},
              {"name": "sum", "active": false}]}
            """);

    assertThat(read.active()).extracting(WorkerEntry::name).containsExactly(new TaskType("hash"));
    WorkerEntry hash = read.workers().getFirst();
    assertThat(hash.replicas()).isEqualTo(3);
    assertThat(hash.durable()).isFalse();
    assertThat(hash.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(hash.retry()).extracting(WorkerEntry.Retry::maxAttempts).isEqualTo(5);
    assertThat(hash.limits()).isEqualTo(new WorkerEntry.Limits(10, 2.5));
    assertThat(hash.keep())
        .isEqualTo(
            new KeepFields(
                new Keep(Duration.ofHours(1)),
                Keep.FOREVER,
                null,
                new Keep(Duration.ofMinutes(1))));
    assertThat(hash.environment())
        .containsExactlyEntriesOf(new java.util.TreeMap<>(Map.of("A", "1", "B", "2")));
    WorkerEntry sum = read.workers().getLast();
    assertThat(List.of(sum.active(), sum.retry() == null, sum.environment() == null))
        .containsExactly(false, true, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'name':'a','active':true,'memory':'12x'} | workers.0: memory: '12x' is not allowed; it must be a whole number and one of k, m and g, for instance 256m (line 1",
        "{'name':'a','active':true,'cpus':0} | cpus: '0.0' is not allowed",
        "{'name':'a','active':true,'replicas':0} | replicas: '0' is not allowed; it must be a whole number from 1 to 1000",
        "{'name':'a','active':true,'concurrency':0} | concurrency: '0' is not allowed",
        "{'name':'a','active':true,'timeout':'25h'} | timeout: 'PT25H' is not allowed",
        "{'name':'a','active':true,'retry':{'maxAttempts':0}} | workers.0.retry: retry.maxAttempts: '0' is not allowed",
        "{'name':'a','active':true,'retry':{'backoff':{'factor':0}}} | factor must be a number from 1 to 100",
        "{'name':'a','active':true,'limits':{'startsPerSecond':0}} | limits.startsPerSecond: '0.0' is not allowed",
        "{'name':'a','active':true,'limits':{'running':0}} | limits.running: '0' is not allowed",
        "{'name':'a','active':true,'keep':{'dead':'9s'}} | workers.0.keep.dead: dead: '9s' is not allowed; it must be a duration of at least 10s such as 30m, 12h, 30d, or 'forever'",
        "{'name':'a','active':true,'environment':{'A B':'1'}} | environment: 'A B' is not allowed; it must be a name of letters",
        "{'name':'a','active':true,'environment':{'A':null}} | environment.A: 'null' is not allowed; it must be text",
        "{'name':'a','active':true,'replica':2} | the field 'replica' is not known; allowed are active, concurrency",
        "{'name':'A','active':true} | workers.0.name: type: 'A' is not allowed",
        "{'name':'a'} | the field 'active' is missing (line 1",
        "{'name':'a','active':true,'replicas':'3'} | workers.0.replicas must be a whole number",
        "{'name':'a','active':true,'replicas':''} | workers.0.replicas: '' is not allowed; it must be a whole number",
        "{'name':'a','active':true,'cpus':'0.5'} | workers.0.cpus must be a number",
        "{'name':'a','active':1} | workers.0.active: '1' is not allowed; it must be true or false",
        "{'name':'a','active':true,'durable':'true'} | workers.0.durable must be true or false",
        "{'name':'a','active':true,'description':5} | workers.0.description: '5' is not allowed; it must be text",
        "{'name':'a','active':true,'environment':{'A':5}} | workers.0.environment.A: '5' is not allowed; it must be text",
        "{'name':'a','active':'perhaps'} | workers.0.active must be true or false",
        "{'name':'a','active':true},{'name':'a','active':true} | workers: 'a' is not allowed; it must be a list in which no name stands twice",
        "null | workers",
        "{ | not valid JSON",
      })
  void aWrongEntryIsNamedWithWhatIsAllowed(String entries, String message) {
    assertThatThrownBy(() -> read(("{'workers':[" + entries + "]}").replace('\'', '"')))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("workers.json: ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"null | holds null", "{} | workers", "[] | an object"})
  void aFileThatIsNoFleetIsRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> WorkersFile.read(folder.resolve("none.json")))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("none.json does not exist");
  }

  private WorkersFile read(String text) throws IOException {
    return WorkersFile.read(Files.writeString(folder.resolve("workers.json"), text));
  }
}
