/// Holds the documentation to what it says: its examples run, and what it names exists.
@NullMarked
package wasl.docs;

import org.jspecify.annotations.NullMarked;
