/**
 * Spans of tasks in distributed traces, exported over OTLP; the only package that knows the
 * OpenTelemetry SDK.
 */
@NullMarked
package tasknet.tracing;

import org.jspecify.annotations.NullMarked;
