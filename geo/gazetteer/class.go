package gazetteer

import "strings"

// ClassOf returns the class of a GeoNames feature code, following the feature
// classes of https://www.geonames.org/export/codes.html. Among the areas (L) only
// wide ones are regions. Parks, fields and bases are spots, like roads and
// buildings. A single letter is the code of a row that has a feature class but no
// feature code.
func ClassOf(code string) Class {
	if c, ok := classByCode[code]; ok {
		return c
	}
	switch {
	case strings.HasPrefix(code, "PPL"):
		return ClassPopulated
	case strings.HasPrefix(code, "PCL"):
		return ClassCountry
	case strings.HasPrefix(code, "ADM") && code != "ADMF":
		return ClassAdmin2
	}
	return ClassSpot
}

var classByCode = byCode(map[Class]string{
	ClassPopulated: "P STLMT",
	ClassCountry:   "TERR",
	ClassAdmin1:    "ADM1 ADM1H",
	ClassAdmin2:    "A PRSH",
	ClassRegion:    "AREA ATOL BSND CONT CST DLTA DSRT ISL ISLET ISLF ISLM ISLS ISLT ISLX L LAND OAS PEN PENX RGN RGNE RGNH RGNL TRB ZN ZNB",
	ClassPhysical: "ASPH BAR BDLD BLDR BLHL BLOW BNCH BTTL BUTE CAPE CFT CLDA CLF CNYN CONE CRDR CRQ CRQS CRTR CUET DPR DUNE DVD ERG ESCT " +
		"FAN FORD FRST FRSTF FSR GAP GLCR GRGE GRSLD GRVC HDLD HLL HLLS HMCK HMDA INTF ISTH KRST LEV MESA MND MRN MT MTS NTK NTKS PAN PANS " +
		"PASS PK PKS PLAT PLATX PLDR PLN PLNX PROM PT PTS RDGB RDGE REG RFT RK RKFL RKS SAND SCRB SCRP SCNT SDL SHOR SINK SLCE SLID SLP SPUR " +
		"T TAL TRL TRGD TRR TUND UPLD V VAL VALG VALS VALX VLC",
	ClassWater: "ANCH APNU ARCU ARRU BAY BAYS BDLU BGHT BKSU BNCU BNK BNKU BOG BSNU CAPG CDAU CHN CHNL CHNM CHNN CNFL CNL CNLA CNLB CNLD CNLI " +
		"CNLN CNLQ CNLX CNSU CNYU COVE CRKT CRNT CRSU CUTF DEEP DEPU DTCH EDGU ESCU ESTY FANU FISH FJD FJDS FLLS FLLSX FLTM FLTT FLTU FRZU " +
		"FURU GAPU GLYU GULF GYSR H HBR HBRX HLLU HLSU HOLU INLT INLTQ KNLU KNSU LBED LDGU LEVU LGN LGNS LGNX LK LKC LKI LKN LKNI LKO LKOI " +
		"LKS LKSB LKSC LKSI LKSN LKSNI LKX MDVU MESU MGV MNDU MOOR MOTU MRSH MRSHN MTSU MTU NRWS OCN OVF PKSU PKU PLFU PLNU PLTU PND PNDI " +
		"PNDN PNDNI PNDS PNDSI PNDSN PNLU POOL POOLI PRVU RAVU RCH RDGU RDST RDSU RF RFC RFSU RFU RFX RISU RMPU RNGU RPDS RSV RSVI SBKH SCNU " +
		"SCSU SD SDLU SEA SHFU SHLU SHOL SHSU SHVU SILL SILU SLPU SMSU SMU SPNG SPNS SPNT SPRU STM STMA STMB STMC STMD STMH STMI STMIX STMM " +
		"STMQ STMS STMSB STMX STRT SWMP TERU TMSU TMTU TNGU TRGU TRNU TRNCHU U VALU VLSU WAD WADB WADJ WADM WADS WADX WHRL WTLD WTLDI WTRC",
})

func byCode(codes map[Class]string) map[string]Class {
	out := map[string]Class{}
	for class, list := range codes {
		for _, code := range strings.Fields(list) {
			out[code] = class
		}
	}
	return out
}
