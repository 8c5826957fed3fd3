package tasknet.monitoring.history;

/**
 * One moment.
 *
 * @param second since 1970, a multiple of {@link SampleRing#STEP}
 * @param values by {@link Series}; not a number where nothing is known
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record Sample(long second, float[] values) {}
