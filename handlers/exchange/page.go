package exchange

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed page
var pageFiles embed.FS

// policy lets the page load its own files and nothing else
// (https://www.w3.org/TR/CSP3/).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// MountPhone adds the handset page at /phone, with its API, to a router.
func (x *Exchange) MountPhone(r gin.IRouter) {
	phone := r.Group("/phone", guard)
	phone.GET("", file("index.html", "text/html; charset=utf-8"))
	phone.GET("/phone.css", file("phone.css", "text/css; charset=utf-8"))
	phone.GET("/icon.svg", file("icon.svg", "image/svg+xml"))
	for _, script := range []string{"phone.js", "voice.js", "views.js"} {
		phone.GET("/"+script, file(script, "text/javascript; charset=utf-8"))
	}
	x.mountAPI(phone.Group("/api"))
}

// guard sets the headers that keep strangers out of the page.
func guard(c *gin.Context) {
	c.Header("Content-Security-Policy", policy)
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("Cache-Control", "no-store")
}

func file(name, contentType string) gin.HandlerFunc {
	return func(c *gin.Context) {
		data, err := fs.ReadFile(pageFiles, "page/"+name)
		if err != nil {
			c.Status(http.StatusNotFound)
			return
		}
		c.Data(http.StatusOK, contentType, data)
	}
}
