@org.jspecify.annotations.NullMarked
package tasknet.dispatcher.lookup;
