// Package components holds the parts that pages are built of. A component draws
// what it is given (words, numbers, booleans, times already in the viewer's
// zone, addresses) and knows no case, no person and no database. /styleguide
// shows each one in each state.
//
// Form:
//
//	Button(ButtonArgs)  LinkButton(LinkButtonArgs)  Deeds(){buttons}  KeyHint(key)
//	Form(FormArgs){fields, deeds}  Field(FieldArgs)  TextArea(TextAreaArgs)  Select(SelectArgs)
//	Radios(ChoicesArgs)  Checkboxes(ChoicesArgs)  Checkbox(CheckboxArgs)
//	Hidden([]Pair)  ErrorSummary([]FieldError)  Confirm(ConfirmArgs){fields}
//
// Page:
//
//	Header(HeaderArgs){deeds}  Section(SectionArgs){}  Columns(){}  Stack(){}
//	Split(){ SplitList(){} SplitDetail(label){} }
//	Tabs(label, []Tab)  Views(label, []View)  Disclosure(DisclosureArgs){}
//	Breadcrumbs([]Crumb)  Alert(AlertArgs){}  Empty(EmptyArgs){deeds}
//
// List:
//
//	Table(TableArgs){ Row(RowArgs){ Cell(CellArgs){} } }
//	RowLink(url, text)  Second(text)  RowSelect(name, value, label, form, checked)
//	Bulk(BulkArgs){buttons}  Pagination(PaginationArgs)
//	FilterBar(FilterBarArgs){fields}
//
// Fact:
//
//	Priority(PriorityArgs)  State(StateArgs)  Badge(BadgeArgs)  Badges([]BadgeArgs)
//	DateTime(at, now)  Moment(at)  Clock(ClockArgs)  Missing(text)
//	DefinitionList([]Term)  Definitions(){ Definition(term){} }
//	Identifier(IdentifierArgs)  Gate(GateArgs)  Note(NoteArgs)  Trail([]TrailItem)
//	Timeline(TimelineArgs)  Draw(Icon)
//
// Figure:
//
//	Figures(){ Figure(FigureArgs) }  BarChart(ChartArgs)  Funnel(ChartArgs)
//	ColumnChart(ChartArgs)
//
// Helpers in Go: Ago, Span, Exact, ExactMinute, Apart (times in words), Group
// (thousands), Capped (counts that stop at a limit).
//
// Colour never stands alone: a Tone comes with a word and an icon. No component
// writes raw HTML, an inline style or an inline script.
package components
