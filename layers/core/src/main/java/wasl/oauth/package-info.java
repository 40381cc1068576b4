@NullMarked
package wasl.oauth;

import org.jspecify.annotations.NullMarked;
