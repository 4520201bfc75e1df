/** Names as they are heard in an English school today, by the background of a family; all lists are our own. */

export interface Background {
  /** Share of families, in per cent. */
  weight: number
  girls: readonly string[]
  boys: readonly string[]
  families: readonly string[]
  /** School census codes of ethnicity, first language (three letters) and religion, each with a weight. */
  ethnicities: readonly (readonly [string, number])[]
  languages: readonly (readonly [string, number])[]
  religions: readonly (readonly [string, number])[]
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const britishGirls = words(`
  Olivia Amelia Isla Ava Ivy Freya Lily Florence Willow Poppy Elsie Evie Grace Sienna Daisy Ruby Matilda Phoebe
  Charlotte Emily Sophie Ella Jessica Millie Rosie Alice Harriet Eleanor Megan Lucy Hannah Molly Bethany Imogen Holly
  Abigail Martha Zara Niamh Caitlin Elizabeth Erin Georgia Lola Scarlett Robyn`)
const britishBoys = words(`
  Oliver George Noah Arthur Harry Leo Jack Freddie Charlie Archie Theo Henry Alfie Joshua Thomas William James Edward
  Samuel Benjamin Daniel Joseph Max Lucas Isaac Toby Finley Ethan Adam Jake Louis Reuben Rory Callum Connor Owen Dylan
  Rhys Liam Sean Ewan Nathan Matthew Jude Elliot Stanley`)
const britishFamilies = words(`
  Abbott Appleby Ashworth Atkinson Bailey Barlow Barrett Bennett Birch Blackwell Booth Bradshaw Briggs Brook Burgess
  Cartwright Chadwick Chapman Clayton Cooper Coates Croft Crossley Dawson Dixon Doherty Duffy Eastwood Elliott Evans
  Farrell Fenwick Fielding Fletcher Fraser Gallagher Garside Gibson Goddard Greenwood Griffiths Hargreaves Harper Hartley
  Hayward Heaton Hepworth Hewitt Holroyd Hopkins Hughes Hutchinson Ingham Jarvis Jenkins Kavanagh Kendall Kershaw Lambert
  Lawson Lister Lockwood Lowe Marsden Mason Mellor Metcalfe Middleton Mitchell Morgan Murphy Naylor Newton Norris Oakes
  O'Connor Ogden Osborne Parkin Pearson Pickering Potter Preston Priestley Quinn Radcliffe Ramsden Reynolds Rhodes
  Robertshaw Rowley Saunders Schofield Shackleton Sharples Shaw Slater Spencer Stafford Sutcliffe Swift Sykes Thornton
  Tindall Tomlinson Turner Underwood Varley Vickers Wainwright Walsh Whitehead Whittaker Wilkinson Winterbottom Woodhead
  Wragg Yates`)

const none = ['No religion', 45] as const
const christian = ['Christian', 45] as const

export const backgrounds: readonly Background[] = [
  {
    weight: 70,
    girls: britishGirls,
    boys: britishBoys,
    families: britishFamilies,
    ethnicities: [
      ['WBRI', 86],
      ['WIRI', 3],
      ['MWBC', 5],
      ['MOTH', 3],
      ['WIRT', 0.5],
      ['REFU', 2.5],
    ],
    languages: [['ENG', 1]],
    religions: [none, christian, ['Not stated', 10]],
  },
  {
    weight: 11,
    girls: words('Aisha Fatima Maryam Zainab Hafsa Amina Khadija Safa Iqra Sumaya Noor Laiba'),
    boys: words('Muhammad Yusuf Ibrahim Hamza Bilal Zayn Omar Ayaan Haris Idris Rayyan Tariq'),
    families: words(`
      Ahmed Akhtar Ali Ashraf Begum Chowdhury Hussain Iqbal Javed Khan Mahmood Malik Miah Mirza Qureshi Rahman Raza
      Shah Siddiqui Uddin`),
    ethnicities: [
      ['APKN', 66],
      ['ABAN', 24],
      ['MWAS', 6],
      ['AOTH', 4],
    ],
    languages: [
      ['ENG', 45],
      ['URD', 28],
      ['PNJ', 12],
      ['BNG', 15],
    ],
    religions: [
      ['Muslim', 95],
      ['Not stated', 5],
    ],
  },
  {
    weight: 6,
    girls: words('Anaya Priya Diya Simran Jasleen Meera Riya Harleen Kavya'),
    boys: words('Arjun Rohan Aarav Jaspreet Karan Dev Harjit Nikhil Vihaan'),
    families: words(
      'Bains Chopra Dhillon Gill Gupta Joshi Kaur Mehta Nair Patel Rai Sandhu Sharma Sidhu Singh Solanki',
    ),
    ethnicities: [
      ['AIND', 90],
      ['MWAS', 10],
    ],
    languages: [
      ['ENG', 50],
      ['PNJ', 25],
      ['GUJ', 18],
      ['HIN', 7],
    ],
    religions: [
      ['Hindu', 50],
      ['Sikh', 42],
      ['No religion', 8],
    ],
  },
  {
    weight: 6,
    girls: words('Adaeze Temitope Zuri Naomi Esther Amara Abena Chantelle Tiana'),
    boys: words('Emmanuel Kwame Tobi Chidi Elijah Malachi Kofi Jaden Ayomide'),
    families: words(`
      Adebayo Adeyemi Agyeman Asante Boateng Campbell Clarke Danso Eze Francis Grant Ibekwe Mensah Nwosu Okafor Okoro
      Osei Owusu Pinnock Sesay`),
    ethnicities: [
      ['BAFR', 58],
      ['BCRB', 26],
      ['MWBA', 12],
      ['BOTH', 4],
    ],
    languages: [
      ['ENG', 78],
      ['YOR', 12],
      ['OTH', 10],
    ],
    religions: [['Christian', 80], none],
  },
  {
    weight: 4.5,
    girls: words('Zofia Maja Julia Oliwia Ioana Gabija Lena'),
    boys: words('Jakub Kacper Szymon Filip Andrei Lukas Mateusz'),
    families: words(
      'Dabrowski Dumitru Ionescu Kaminski Kazlauskas Kowalczyk Lewandowski Mazur Nowak Petrov Popescu Wozniak Zielinski',
    ),
    ethnicities: [['WOTH', 1]],
    languages: [
      ['POL', 60],
      ['ENG', 15],
      ['LIT', 10],
      ['OTH', 15],
    ],
    religions: [['Christian', 75], none],
  },
  {
    weight: 1.5,
    girls: words('Mei Jia Vivian Lin'),
    boys: words('Wei Ming Jason Kai'),
    families: words('Chan Cheung Ho Lam Leung Liu Ng Wong Yip Zhang'),
    ethnicities: [['CHNE', 1]],
    languages: [
      ['CHI', 60],
      ['ENG', 40],
    ],
    religions: [none, ['Buddhist', 20], ['Christian', 15]],
  },
  {
    weight: 1,
    girls: words('Layla Yasmin Dalia Rana'),
    boys: words('Karim Sami Nabil Amir'),
    families: words('Abdi Aziz Haddad Hamid Hassan Karimi Mansour Nasser Saleh Warsame'),
    ethnicities: [
      ['OOTH', 60],
      ['BAFR', 40],
    ],
    languages: [
      ['ARA', 50],
      ['SOM', 30],
      ['ENG', 20],
    ],
    religions: [['Muslim', 95], none],
  },
]

/** What pupils and teachers like to be called instead. */
export const shortNames: ReadonlyMap<string, string> = new Map(
  words(`
    Thomas/Tom William/Will Samuel/Sam Benjamin/Ben Daniel/Dan Joseph/Joe Matthew/Matt Joshua/Josh Edward/Ted
    James/Jamie Elizabeth/Lizzie Charlotte/Lottie Abigail/Abi Eleanor/Ellie Jessica/Jess Bethany/Beth Harriet/Hattie
    Matilda/Tilly Muhammad/Mo Emmanuel/Manny Zofia/Zosia Jakub/Kuba Szymon/Szymek Ibrahim/Ibby Yusuf/Yus Simran/Sim
    Temitope/Temi Ayomide/Ayo Oliver/Olly Nathan/Nate Megan/Meg`).map((pair) => {
    const [long = '', short = ''] = pair.split('/')
    return [long, short] as const
  }),
)

/** Given names of parents and staff, who were born decades earlier, where the family's background is British. */
export const elderWomen = words(`
  Sarah Claire Nicola Joanne Rebecca Emma Lisa Michelle Karen Helen Rachel Louise Samantha Victoria Kerry Donna Alison
  Amanda Gemma Laura Catherine Jennifer Stephanie Angela`)
export const elderMen = words(`
  Paul Andrew Mark David Richard Simon Stephen Christopher Lee Gareth Darren Ian Michael Robert Jonathan Stuart Craig
  Neil Philip Martin Peter Gary Anthony Adrian`)

export const streets = words(`
  Alder Ash Beacon Beech Bramley Castle Cedar Chapel Church Elm Fell Grange Hawthorn Heath Hill Kiln Larch Manor Mill
  Moor Oak Orchard Park Priory Quarry Rowan School Station Victoria Willow`)
export const streetKinds = ['Road', 'Street', 'Lane', 'Avenue', 'Close', 'Drive', 'Grove', 'Way'] as const
