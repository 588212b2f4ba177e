package console

import (
	"errors"
	"net/http"
	"strings"

	"landline/store"
)

// A browser that is signed in carries a cookie with a session's secret: the token
// itself is typed once, and kept nowhere.

// cookieName says to browsers that hold to it (RFC 6265bis) that the cookie came
// by https.
func (p *pages) cookieName() string {
	if p.secure {
		return "__Secure-landline"
	}
	return "landline"
}

func (v *visit) setCookie(secret string, seconds int) {
	http.SetCookie(v.gin.Writer, &http.Cookie{
		Name: v.pages.cookieName(), Value: secret, Path: Pages, MaxAge: seconds,
		HttpOnly: true, Secure: v.pages.secure, SameSite: http.SameSiteStrictMode,
	})
}

func (v *visit) cookie() string {
	c, err := v.gin.Request.Cookie(v.pages.cookieName())
	if err != nil {
		return ""
	}
	return c.Value
}

// whoIsIt finds out who is signed in.
func (v *visit) whoIsIt() error {
	secret := v.cookie()
	if secret == "" {
		return unauthorised
	}
	return v.admit(v.Tokens.Session(v.ctx, secret, v.now))
}

func (v *visit) signInPage() (view, error) { return v.signInView(http.StatusOK, ""), nil }

func (v *visit) signInView(status int, fault string) view {
	return view{template: "signin", title: "Sign in", status: status, data: form{
		Action: Pages + "/sign-in", Button: "Sign in",
		Fields: []field{{
			Name: "token", Label: "Your token", Kind: "password", Fault: fault,
			Hint: "It begins with “landline_”. Whoever runs Landline for you makes it.",
		}},
	}}
}

// signIn lets in whom a token lets in.
func (v *visit) signIn() (view, error) {
	secret := strings.TrimSpace(v.form.Get("token"))
	if secret == "" {
		return v.signInView(http.StatusBadRequest, "Type or paste your token."), nil
	}
	err := v.admit(v.Tokens.Staff(v.ctx, secret, v.now))
	if p := (*Problem)(nil); errors.As(err, &p) && p.Status == http.StatusUnauthorized {
		return v.signInView(http.StatusUnauthorized, "Nobody has that token, or it has ended. Look whether it was copied whole."), nil
	}
	if err != nil {
		return view{}, err
	}
	session, err := v.Tokens.BeginSession(v.ctx, v.staff.ID, v.now)
	if err != nil {
		return view{}, unavailable(err)
	}
	v.setCookie(session, int(store.SessionFor.Seconds()))
	return view{then: Pages}, nil
}

// signOut ends the session here.
func (v *visit) signOut() (view, error) {
	if err := v.Tokens.EndSession(v.ctx, v.cookie()); err != nil {
		return view{}, unavailable(err)
	}
	v.setCookie("", -1)
	return view{then: link("/sign-in", "said", "signed-out")}, nil
}
