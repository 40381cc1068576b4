@NullMarked
package wasl.function.webhookreceipt;

import org.jspecify.annotations.NullMarked;
