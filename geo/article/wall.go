package article

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxWall is the maximum size in bytes of the text of a page that is shown instead of an
// article. A longer page is an article, whatever words it has: there are stories about consent
// and subscriptions too.
const maxWall = 2_000

// stub is the maximum number of bytes of an article that a paywall leaves visible.
const stub = 1_200

// The walls that are shown instead of an article.
const (
	wallScript  = "a script shell"
	wallRobots  = "a check for robots"
	wallConsent = "a consent wall"
	wallPay     = "a paywall"
)

// needScript are the words with which a page asks for scripts.
var needScript = regexp.MustCompile(
	`(?i)((enable|turn on|activate|requires?|needs?|without) javascript|javascript (is|must be|to be|has been) (disabled|required|enabled|` +
		`turned (on|off)|blocked)|javascript (aktivieren|deaktiviert|ist deaktiviert|ausgeschaltet)|(activer|activez|nécessite) javascript|` +
		`(activar|active|habilite|requiere) javascript|(ative|habilite|requer) (o )?javascript|(attiva|abilita|richiede) javascript|(включите|` +
		`включить) javascript|javascript (отключен|выключен)|(schakel|zet) javascript|(włącz|wymaga) javascript|javascriptを有効|请启用 ?javascript|启用 ` +
		`?javascript|자바스크립트를)`,
)

// walls are the words that identify them, in a dozen languages.
//
//nolint:misspell // words of other languages
var walls = []struct {
	what  string
	words *regexp.Regexp
}{
	{
		wallRobots,
		regexp.MustCompile(
			`(?i)(verif(y|ying) (that )?you are (a )?human|are you (a robot|human)|checking (your browser|if the site connection is secure)|unusual ` +
				`(traffic|activity)|press (and|&) hold|complete the (captcha|security check)|access (to this page has been )?denied|(enable|allow) ` +
				`(javascript and )?cookies to continue|ray id|bestätigen sie,? dass sie (kein roboter|ein mensch)|vérif(iez|ier) que vous êtes (un ` +
				`)?humain|verifi(que|car) que (eres|usted es|é) humano|подтвердите,? что вы (не робот|человек))`,
		),
	},
	{wallScript, needScript},
	{
		wallConsent,
		regexp.MustCompile(
			`(?i)(before you continue|we (and our [^.]*partners )?(value|respect|care about) your privacy|we (and our [^.]*partners )?use cookies|` +
				`accept (all )?(cookies|and continue)|(manage|cookie) (consent|preferences|settings)|your privacy choices|(wir|und unsere [^.]*partner) ` +
				`verwenden cookies|ihre privatsphäre|mit werbung (und tracking )?(weiter)?lesen|alle akzeptieren|nous (et nos [^.]*partenaires ` +
				`)?utilisons des cookies|nous respectons votre vie privée|tout accepter|continuer sans accepter|(utilizamos|usamos|utilizamos las) ` +
				`cookies|valoramos (su|tu) privacidad|(aceptar|aceitar|accetta) (todas|todos|tutti|todo|tutto)|(respeitamos|valorizamos) (a )?sua ` +
				`privacidade|utilizziamo i cookie|la tua privacy|wij gebruiken cookies|jouw privacy|alles accepteren|używamy plików cookie|szanujemy ` +
				`twoją prywatność|мы используем (файлы )?cookie|çerez(leri)? kullan|vi bruger cookies|vi använder cookies|vi bruker (informasjonskapsler|cookies))`,
		),
	},
	{
		wallPay,
		regexp.MustCompile(
			`(?i)(subscribe (now |today )?(to|and) (continue|read|keep|unlock|get)|(to|and) (continue|keep) reading|already (a )?(subscriber|a ` +
				`member|subscribed)|already have (a subscription|an account)|(only|exclusive(ly)?|reserved) (for|to) (our )?(paid |paying ` +
				`)?(subscribers|members)|(subscriber|member)[- ](only|exclusive)|this (article|story|content) is (for|only|available|exclusive)|(start|` +
				`begin) your (free )?trial|free articles? (left|remaining|this month)|(reached|hit) your [^.]*limit|unlock (this|the full)|(create|` +
				`register for) (a |your )?free account|unlimited (digital )?access|` +
				`abonnez-vous|réservé (à nos|aux) abonnés|(déjà|vous êtes) abonné|pour lire la suite|il vous reste [^.]*% (de cet article )?à lire|` +
				`jetzt (abonnieren|weiterlesen|registrieren)|artikel ist kostenpflichtig|(nur|exklusiv) für abonnenten|bereits (abonnent|registriert)|` +
				`(diesen|den) (artikel|text) weiterlesen|weiterlesen mit [^.]+|(solo|exclusivo|contenido exclusivo) para (nuestros )?suscriptores|` +
				`(suscríbete|suscríbase|regístrate) (para|y) (seguir|continuar|sigue|leer)|¿ya eres suscriptor|(exclusivo|conteúdo) para assinantes|` +
				`assine (para|e) (continuar|ler|leia)|já é assinante|(contenuto|articolo) (riservato|esclusivo|premium)|riservato agli abbonati|` +
				`abbonati (per|e) (continuare|leggere|leggi)|sei già abbonato|(alleen|exclusief) voor abonnees|lees verder met|al abonnee|(dostęp|` +
				`artykuł) (tylko )?dla (subskrybentów|prenumeratorów)|(доступно|только) (для )?подписчик(ам|ов)|оформите подписку|endast för ` +
				`prenumeranter|kun for abonnenter|abonelere özel|会員限定|有料会員|残り[^.]*文字)`,
		),
	},
}

// Wall returns what a site shows instead of an article: a consent wall, a paywall with the
// beginning of the text, a page that needs scripts, a check for robots. It is empty for an
// article.
func (a *Article) Wall() (what string) {
	if len(a.Text) > maxWall {
		return ""
	}
	if a.wall != "" {
		return a.wall
	}
	return wordsOfWall(a.Title + "\n" + a.Text)
}

func wordsOfWall(text string) string {
	for _, w := range walls {
		if w.words.MatchString(text) {
			return w.what
		}
	}
	return ""
}

// lastLines is how many lines at the end of an article may ask to pay.
const lastLines = 3

// asksToPay reports whether one of the last lines of an article asks to subscribe or to log
// in. Such lines are boilerplate, which is removed from the text.
func asksToPay(lines []string) bool {
	const longest = 300 // bytes
	for _, line := range lines {
		if len(line) <= longest && wordsOfWall(line) == wallPay {
			return true
		}
	}
	return false
}

// wallOf returns the wall by what surrounds the text: a request to subscribe if there is only
// the beginning of a text, or one for consent if there is almost no text.
func (m *meta) wallOf(a *Article, needsScripts bool, around *pruned) string {
	const hardly = 200 // bytes of text below which consent is asked for instead
	what := ""
	if len(a.Text) <= maxWall {
		what = wordsOfWall(a.Title + "\n" + a.Text)
	}
	switch {
	case what != "":
		return what
	case len(a.Text) < stub && (m.closed || a.asks || wordsOfWall(around.gate) == wallPay):
		return wallPay
	case len(a.Text) < hardly && wordsOfWall(around.consent) == wallConsent:
		return wallConsent
	case len(a.Text) < hardly && needsScripts:
		return wallScript
	}
	return ""
}

// isShell reports whether a page says that it needs scripts, or is an empty element for a
// script to fill.
func isShell(doc *html.Node) bool {
	for n := range doc.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Noscript && needScript.MatchString(textOf(n)):
			return true
		case n.DataAtom == atom.Div && n.FirstChild == nil && shellIDs[attr(n, "id")]:
			return true
		}
	}
	return false
}

var shellIDs = map[string]bool{"root": true, "app": true, "__next": true, "__nuxt": true, "react-root": true, "app-root": true, "main-app": true}

// Thin reports whether the text is too short to be an article: less than minimum bytes, or
// hardly a sentence.
func (a *Article) Thin(minimum int) bool {
	return len(a.Text) < minimum || utf8.RuneCountInString(a.Text) < minText && !strings.ContainsAny(a.Text, ".。।؟?!")
}
