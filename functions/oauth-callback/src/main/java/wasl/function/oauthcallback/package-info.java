@NullMarked
package wasl.function.oauthcallback;

import org.jspecify.annotations.NullMarked;
