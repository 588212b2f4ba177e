package exchange

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// A recording stands at the carrier until it is deleted there, as a WAV file
// (https://www.twilio.com/docs/voice/api/recording). Here it is as long as what
// was said, and silent.

const sampleRate = 8000 // a second, of a byte each

func (x *Exchange) keepRecording(sid string, length time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.recorded[sid] = length
}

// Recordings is how many stand at the carrier.
func (x *Exchange) Recordings() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.recorded)
}

// wav is silence of a length, in the plainest form of
// https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html.
func wav(length time.Duration) []byte {
	samples := int(length * sampleRate / time.Second)
	var b bytes.Buffer
	b.WriteString("RIFF")
	binary.Write(&b, binary.LittleEndian, uint32(36+samples))
	b.WriteString("WAVEfmt ")
	binary.Write(&b, binary.LittleEndian, struct {
		Size                 uint32
		Format, Channels     uint16
		Rate, BytesPerSecond uint32
		Block, Bits          uint16
	}{16, 1, 1, sampleRate, sampleRate, 1, 8})
	b.WriteString("data")
	binary.Write(&b, binary.LittleEndian, uint32(samples))
	b.Write(bytes.Repeat([]byte{0x80}, samples))
	return b.Bytes()
}

func (x *Exchange) recordingOf(c *gin.Context, suffix string) (sid string, length time.Duration, ok bool) {
	sid, named := strings.CutSuffix(c.Param("sid"), suffix)
	x.mu.Lock()
	length, ok = x.recorded[sid]
	x.mu.Unlock()
	if !ok || !named {
		refuse(c, http.StatusNotFound, 20404, "The requested resource was not found")
		return "", 0, false
	}
	return sid, length, true
}

func (x *Exchange) fetchRecording(c *gin.Context) {
	if _, length, ok := x.recordingOf(c, ".wav"); ok {
		c.Data(http.StatusOK, "audio/x-wav", wav(length))
	}
}

func (x *Exchange) deleteRecording(c *gin.Context) {
	if sid, _, ok := x.recordingOf(c, ".json"); ok {
		x.mu.Lock()
		delete(x.recorded, sid)
		x.mu.Unlock()
		c.Status(http.StatusNoContent)
	}
}
