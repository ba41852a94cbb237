package pqsigner.mldsa;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.util.Optional;

/// Context strings in Conscrypt. BoringSSL has them and Conscrypt's native code passes them on, but
/// no public method does, so this calls what `java.security.Signature` would call, with one step
/// more. Another version of Conscrypt may lack these methods, or mean something else by them: use
/// it only after a test of this build with [KnownAnswers].
public final class ConscryptContexts {
  private static final String PACKAGE = "org.conscrypt.";

  private final MethodHandle nativeKey;
  private final MethodHandle newDigest;
  private final MethodHandle startSigning;
  private final MethodHandle startVerifying;
  private final MethodHandle setContext;
  private final MethodHandle sign;
  private final MethodHandle verify;

  private ConscryptContexts() throws ReflectiveOperationException {
    Class<?> crypto = Class.forName(PACKAGE + "NativeCrypto");
    Class<?> digest = Class.forName(PACKAGE + "NativeRef$EVP_MD_CTX");
    Class<?> evpKey = Class.forName(PACKAGE + "NativeRef$EVP_PKEY");
    Class<?> openSslKey = Class.forName(PACKAGE + "OpenSSLKey");
    Class<?> holder = Class.forName(PACKAGE + "OpenSSLKeyHolder");
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(crypto, MethodHandles.lookup());

    MethodHandle held = lookup.findVirtual(holder, "getOpenSSLKey", methodType(openSslKey));
    MethodHandle native0 = lookup.findVirtual(openSslKey, "getNativeRef", methodType(evpKey));
    nativeKey = generic(MethodHandles.filterReturnValue(held, native0));
    MethodHandle create = lookup.findStatic(crypto, "EVP_MD_CTX_create", methodType(long.class));
    MethodHandle wrap = lookup.findConstructor(digest, methodType(void.class, long.class));
    newDigest = generic(MethodHandles.filterReturnValue(create, wrap));

    MethodType start = methodType(long.class, digest, long.class, evpKey);
    startSigning = start(lookup.findStatic(crypto, "EVP_DigestSignInit", start));
    startVerifying = start(lookup.findStatic(crypto, "EVP_DigestVerifyInit", start));
    setContext =
        lookup.findStatic(
            crypto,
            "EVP_PKEY_CTX_set1_signature_context_string",
            methodType(void.class, long.class, byte[].class));
    sign =
        lookup
            .findStatic(
                crypto,
                "EVP_DigestSign",
                methodType(byte[].class, digest, byte[].class, int.class, int.class))
            .asType(methodType(byte[].class, Object.class, byte[].class, int.class, int.class));
    MethodType judge =
        methodType(
            boolean.class,
            digest,
            byte[].class,
            int.class,
            int.class,
            byte[].class,
            int.class,
            int.class);
    verify =
        lookup
            .findStatic(crypto, "EVP_DigestVerify", judge)
            .asType(judge.changeParameterType(0, Object.class));
  }

  private static MethodHandle generic(MethodHandle handle) {
    return handle.asType(handle.type().generic());
  }

  private static MethodHandle start(MethodHandle handle) {
    return handle.asType(methodType(long.class, Object.class, long.class, Object.class));
  }

  /// Empty where this build of Conscrypt has no such methods.
  public static Optional<ConscryptContexts> find() {
    try {
      return Optional.of(new ConscryptContexts());
    } catch (ReflectiveOperationException | LinkageError e) {
      return Optional.empty();
    }
  }

  /// A hedged signature.
  ///
  /// @param key one of Conscrypt's
  public byte[] sign(PrivateKey key, byte[] message, byte[] context) throws SignatureException {
    Object digest = null;
    try {
      digest = newDigest.invokeExact();
      long operation = started(startSigning, digest, key);
      setContext.invokeExact(operation, context);
      return (byte[]) sign.invokeExact(digest, message, 0, message.length);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(digest);
      Reference.reachabilityFence(key);
    }
  }

  /// @param key one of Conscrypt's
  public boolean verify(PublicKey key, byte[] message, byte[] context, byte[] signature)
      throws SignatureException {
    Object digest = null;
    try {
      digest = newDigest.invokeExact();
      long operation = started(startVerifying, digest, key);
      setContext.invokeExact(operation, context);
      return (boolean)
          verify.invokeExact(digest, signature, 0, signature.length, message, 0, message.length);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Reference.reachabilityFence(digest);
      Reference.reachabilityFence(key);
    }
  }

  private long started(MethodHandle start, Object digest, Key key) throws Throwable {
    Object evpKey = nativeKey.invokeExact((Object) key);
    return (long) start.invokeExact(digest, 0L, evpKey);
  }

  /// The class of the cause only: its text may speak of the inputs.
  private static SignatureException failed(Throwable cause) {
    if (cause instanceof VirtualMachineError error) {
      throw error;
    }
    return new SignatureException(cause.getClass().getSimpleName());
  }
}
