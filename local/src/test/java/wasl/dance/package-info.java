/// Connecting accounts from start to end, as a person with a browser does it, at every provider
/// whose manifest says how.
@NullMarked
package wasl.dance;

import org.jspecify.annotations.NullMarked;
