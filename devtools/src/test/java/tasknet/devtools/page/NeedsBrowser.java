package tasknet.devtools.page;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs Chromium with its driver: skipped, with the reason, where there is none; with
 * {@code TASKNET_REQUIRE_BROWSER=true} it fails there instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserCondition.class)
@interface NeedsBrowser {}
