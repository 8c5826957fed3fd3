/** What several tests of the dispatcher need: workers that do as they are told, a failing store. */
@org.jspecify.annotations.NullMarked
package tasknet.dispatcher.testkit;
