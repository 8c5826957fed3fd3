package tasknet.dispatcher.store;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.store.Sample.HASH;
import static tasknet.dispatcher.store.Sample.UPPER;
import static tasknet.dispatcher.testkit.Futures.get;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.task.TypeOverride;
import tasknet.task.TypeStatus.Limits;

class SqliteTypeOverridesIT {
  @TempDir Path folder;
  private SqliteTaskStore store;

  @BeforeEach
  void open() {
    store =
        new SqliteTaskStore(
            new SqliteTaskStore.Options(folder, SqliteTaskStore.Options.DEFAULT_MAX_BYTES),
            NOPLogger.NOP_LOGGER);
    store.start();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatWasChangedIsThereAfterARestart() {
    TypeOverride hash = new TypeOverride(true, new Limits(5, 2.5, 100));
    TypeOverride upper = new TypeOverride(false, new Limits(null, 0.1, null));
    assertThat(store.typeOverrides().all()).isEmpty();
    assertThat(get(store.typeOverrides().change(HASH, _ -> hash))).isEqualTo(hash);
    get(store.typeOverrides().change(UPPER, _ -> upper));
    store.close();
    open();

    assertThat(store.typeOverrides().all()).isEqualTo(Map.of(HASH, hash, UPPER, upper));
    get(store.typeOverrides().change(HASH, _ -> TypeOverride.NONE));
    assertThat(store.typeOverrides().all()).isEqualTo(Map.of(UPPER, upper));
  }

  @Test
  void changesThatRaceAllHold() {
    List<CompletableFuture<TypeOverride>> changes = new ArrayList<>();
    changes.add(store.typeOverrides().change(HASH, kept -> kept.paused(true)));
    for (int count = 0; count < 1_000; count++) {
      changes.add(store.typeOverrides().change(HASH, SqliteTypeOverridesIT::oneMore));
    }
    changes.forEach(change -> get(change));

    assertThat(store.typeOverrides().all())
        .isEqualTo(Map.of(HASH, new TypeOverride(true, new Limits(1_000, null, null))));
  }

  private static TypeOverride oneMore(TypeOverride kept) {
    Integer running = kept.limits().running();
    return kept.limits(new Limits(running == null ? 1 : running + 1, null, null));
  }
}
