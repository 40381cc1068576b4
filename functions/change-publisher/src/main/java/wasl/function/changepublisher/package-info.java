@NullMarked
package wasl.function.changepublisher;

import org.jspecify.annotations.NullMarked;
