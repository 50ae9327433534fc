package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// boilerplate matches lines of news pages that belong to no article.
var boilerplate = regexp.MustCompile(
	`(?i)^(advertisements?|anzeige|werbung|publicité|publicidad|publicidade|pubblicità|реклама|sponsored( content)?|(story|article) continues ` +
		`(below|after)( this)?( advertisement)?|scroll (down )?to continue( reading)?|` +
		`share( this)?( (article|story|on .+))?|tweet|print|e-?mail|copy link|save|listen( to this (article|story))?( \d.*)?|\d+ ?min(ute)?s?( ` +
		`read)?|read (more|also)[:.…»]*|(read|show|see) (the )?full (article|story)|click here to .+|` +
		`(sign up|register) (for|to) .+|subscribe( now| to .+)?|get (the|our) .+ newsletter.*|(enter )?your e-?mail( address)?|follow (us|me|him|` +
		`her|them) on .+|download (the|our) .+ app.*|skip to (main )?content|back to top|` +
		`related( (articles|stories|news|topics|content|coverage))?[:.]*|more (stories|news|on this( story)?|from .+|like this)[:.]*|most (read|` +
		`popular|viewed)|you (may|might) also (like|enjoy).*|recommended( for you)?|trending( now)?|editor'?s'? picks?|` +
		`image (source|copyright|caption)[:.]*|copyright ©?.*|© .*|all rights reserved\.?|(tags|topics|filed under|categories)[: ].*|tags:?|view ` +
		`(all )?comments.*|\d+ comments?|show comments|` +
		`mehr zum thema[:.]*|auch interessant[:.]*|newsletter( abonnieren)?|artikel teilen|weiterlesen|continue( reading)?|keep reading|read on|` +
		`seguir leyendo|leer más|continua a leggere|lees verder|à lire aussi|lire la suite|sur le même sujet|partager( l'article)?|s'abonner|` +
		`noticias relacionadas|compartir|suscríbete.*|leia mais|compartilhe|condividi|leggi tutto|lire plus|potrebbe interessarti|lees meer|` +
		`читать далее|поделиться)[ :.…»→>]*$`,
)

// pointers matches lines that lead to other articles: a few words, then the title.
var pointers = regexp.MustCompile(
	`(?i)^[\[(»>▶•*-]{0,3}\s*(read (also|more|next)|also read|see also|watch( now| more)?|listen|related( (story|stories|article|articles|` +
		`coverage))?|more(?: on this)?|don'?t miss|in case you missed it|recommended|editor'?s note on comments|` +
		`lesen sie (auch|hier|mehr).*|mehr (dazu|lesen).*|lire aussi|à lire (aussi|également)|voir aussi|lea también|le puede interesar|lee ` +
		`también|ver también|leia também|veja também|leggi anche|vedi anche|lees ook|bekijk ook|czytaj (też|także)|zobacz także|читайте также|` +
		`смотрите также|ayrıca okuyun|ilgili haber|baca juga|läs också|les også|læs også)\s*[:|»→>]\s*.*$`,
)

// credits matches lines that name the source of a picture.
var credits = regexp.MustCompile(
	`(?i)^[\[(]?\s*((file |handout |courtesy )?(photo|photos|photograph|photography|image|images|picture|pictures|pic|video|graphic|` +
		`illustration|map|foto|fotos|bild|bilder|crédit( photo)?|crédito|fotografía|imagen|imagem|immagine|фото|zdjęcie|kuva|picture)s?( (credit|` +
		`courtesy|by|source|de|von|di)s?)?\s*[:/©|].*|` +
		`(photo|image|picture|video|illustration)s? (by|courtesy( of)?|credit) .+|credits?: .+|.*\b(getty images|shutterstock|istock|afp via ` +
		`getty|ap photo)\b.*|(afp|reuters|ap|epa|dpa|sda|apa|epd|kna|ansa|efe|tass|xinhua)([/,](afp|dpa|reuters|ap|sda|apa))?( photos?| file)?)\s*[\])]?$`,
)

// closings are the lines after an article: who wrote and helped, where to turn to.
//
//nolint:misspell // words of other languages
var closings = regexp.MustCompile(
	`(?i)^[\[(*—–-]*\s*((additional )?reporting (by|from) .+|(writing|editing) by .+|.+ contributed (to|reporting).*|with (files|reports|` +
		`material|additional reporting) (from|by) .+|` +
		`.+ is (a|an|the) [^.]*(reporter|correspondent|journalist|writer|editor|columnist|contributor)\b.*|(reach|contact|email|follow|write to) ` +
		`(him|her|them|the (reporter|author|writer)s?|[\p{Lu}]\p{L}+( \p{Lu}\p{L}+)?) (at|on|by|via) .+|` +
		`(this|the) (article|story|report|post) (was|has been|is|originally|first) .*(published|appeared|updated|produced|amended|corrected|` +
		`republished).*|the post .+ appeared first on .+|(have|got) (a |any )?(news )?(tip|story|question|information).*|do you (know|have) more.*|` +
		`if you (like|liked|enjoy|enjoyed|value) .+|(support|donate to) (our|independent|local) .+|our (journalism|standards:) .+|thanks? (you ` +
		`)?for reading .+|(get|stay|keep) (up to date|informed|updated).+|(about|over|über|sobre|à propos de) (the|de|den|el|l')? ?(author|auteur|` +
		`autor(en)?|auteur|autore).*|mehr von .+|` +
		`redaktion:? .+|(quelle|source|fuente|fonte|bron|источник)\s?: .+|read more (about|on|from|at) .+|(find|see|read) (all|more) .+ (here|on ` +
		`our .+)\.?)\s*[\])*]*$`,
)

// commentForm matches the lines of a comment form and around it. They are removed only at the
// end, where such forms are.
var commentForm = regexp.MustCompile(`(?i)^(there are no comments( yet)?\.?|no comments( yet)?\.?|be the first to comment\.?|\(?\d* ?comments?( \(\d+\))?:?|` +
	`(leave|post|add|write) a (comment|reply)\b.*|leave your comment.*|join the (conversation|discussion)\.?|cancel reply|comments are closed\.?|` +
	`your e-?mail address will not be published.*|required fields are marked.*|(name|e-?mail|website|comment|message)( \(required\))? ?\*?:?|` +
	`save my name.*|notify me of .*|submit( comment)?|log in to (comment|reply).*|you must be logged in to .*|` +
	`kommentare?( \(\d+\))?|kommentar (schreiben|verfassen)|ihre e-mail-adresse wird nicht veröffentlicht.*|laisser un commentaire.*|votre ` +
	`adresse e-?mail ne sera pas publiée.*|(deja|dejar|añadir) un comentario.*|tu dirección de correo .*|deixe um comentário.*|o seu endereço ` +
	`de e-?mail .*|lascia un commento.*|il tuo indirizzo email .*|` +
	`(previous|next) (article|post|story).*|(vorheriger|nächster) artikel.*|article (précédent|suivant).*)$`)

// trim removes boilerplate everywhere, and from the end what follows an article.
func trim(paragraphs []string) []string {
	const (
		shortest = 140 // maximum bytes of boilerplate
		longest  = 300 // maximum bytes of the other lines
	)
	paragraphs = slices.DeleteFunc(paragraphs, func(p string) bool {
		switch {
		case p == "":
			return true
		case len(p) > longest:
			return false
		}
		return len(p) <= shortest && boilerplate.MatchString(p) || strings.ContainsAny(p, ":|»→>") && pointers.MatchString(p) ||
			len(p) < 200 && (len(p) < 70 || strings.ContainsAny(p, ":/©|")) && credits.MatchString(p)
	})
	n := len(paragraphs)
	for n > 0 && len(paragraphs[n-1]) <= longest && (commentForm.MatchString(paragraphs[n-1]) || n > 1 && closings.MatchString(paragraphs[n-1])) {
		n--
	}
	return paragraphs[:n]
}

// headByline matches a line at the head of an article that names its author.
//
//nolint:misspell // words of other languages
var headByline = regexp.MustCompile(
	`^(?i:(written |posted |reported |story |words )?by|von|par|por|di|door|av|af|text(o|e)?:|autor(a|in|e)?:|author:|автор:)\s+\p{Lu}[^.!?]*$`,
)

// leading removes the head of the article from the beginning: its title, byline and date.
func leading(paragraphs []string, title, author string) []string {
	const most = 8
	head := min(len(paragraphs), most)
	out := slices.DeleteFunc(slices.Clone(paragraphs[:head]), func(p string) bool {
		if strings.EqualFold(p, title) || len(p) > 15 && (strings.HasSuffix(title, p) || strings.HasPrefix(title, p)) {
			return true
		}
		if utf8.RuneCountInString(p) > 150 {
			return false
		}
		if headByline.MatchString(p) || author != "" && strings.EqualFold(p, author) {
			return true
		}
		date, _, _ := writtenDate(p)
		return !date.IsZero()
	})
	return append(out, paragraphs[head:]...)
}

func join(paragraphs []string) string { return strings.Join(paragraphs, "\n\n") }
