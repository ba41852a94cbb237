/// What both DynamoDB stores share: the client with its time bounds, the tables, the translation of
/// an outage. The stores themselves are in the rooms whose data they keep.
@NullMarked
package pqsigner.gateway.dynamodb;

import org.jspecify.annotations.NullMarked;
