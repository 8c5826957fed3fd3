package tasknet.devtools.system;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import tasknet.testkit.NeedsDocker;

/**
 * What tests on the whole system have: a project that all of them share, with every worker in its
 * place when a test begins. Who breaks something mends it.
 */
@NeedsDocker
@ExtendWith(SharedProject.class)
abstract class OnProject {
  final ComposeProject project;

  OnProject(ComposeProject project) {
    this.project = project;
  }

  @BeforeEach
  void everyWorkerIsThere() throws Exception {
    project.awaitWorkers();
  }
}
