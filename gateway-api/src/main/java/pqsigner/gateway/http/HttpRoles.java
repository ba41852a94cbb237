package pqsigner.gateway.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import pqsigner.gateway.custodian.Caller;

/// Which caller may reach which part of the API, checked twice: by path, and by the type of the
/// caller that a handler method asks for. Paths are compared as the router decodes them, so an
/// escaped spelling (`/v1/%6fperator`) goes no other way.
final class HttpRoles implements WebMvcConfigurer {

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry
        .addInterceptor(only(Caller.Operator.class, "only operators may use this path"))
        .addPathPatterns("/v1/operator/**");
    registry
        .addInterceptor(only(Caller.Custodian.class, "only custodians may use this path"))
        .addPathPatterns("/v1/pq-signer/**");
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new CallerArgument());
  }

  private static HandlerInterceptor only(Class<? extends Caller> role, String otherwise) {
    return new HandlerInterceptor() {
      @Override
      public boolean preHandle(
          HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!role.isInstance(request.getAttribute(HttpCallerFilter.CALLER))) {
          throw new HttpForbiddenException(otherwise);
        }
        return true;
      }
    };
  }

  private static final class CallerArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return Caller.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer container,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      Object caller =
          request.getAttribute(HttpCallerFilter.CALLER, RequestAttributes.SCOPE_REQUEST);
      if (!parameter.getParameterType().isInstance(caller)) {
        throw new HttpForbiddenException("the certificate's role does not allow this");
      }
      return Objects.requireNonNull(caller);
    }
  }
}
