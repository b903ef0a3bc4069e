"""Words and customers that a fresh installation starts with."""

from __future__ import annotations

SKILL = "skill"
INTEREST = "interest"

# Six customers of 500 people each are in `load/existing.csv`. The codes are for demonstration.
ORGANISATIONS = (
    ("Alster Logistik", "ALSTER-7Q2M"),
    ("Bodensee Optik", "BODENSEE-4KX9"),
    ("Elbtal Maschinenbau", "ELBTAL-P3WD"),
    ("Isar Versicherung", "ISAR-8RTC"),
    ("Neckar Software", "NECKAR-Z5HB"),
    ("Rheingold Medien", "RHEINGOLD-2NVF"),
)

DEPARTMENTS = (
    "Customer Service",
    "Design",
    "Engineering",
    "Finance",
    "Human Resources",
    "IT Operations",
    "Legal",
    "Logistics",
    "Marketing",
    "Product",
    "Research",
    "Sales",
)

SKILLS = (
    "Accounting", "Agile Coaching", "Ansible", "Business English", "C++", "CAD", "Change Management",
    "Cloud Architecture", "Conflict Resolution", "Contract Law", "Controlling", "Copywriting", "Data Analysis",
    "Data Protection", "Docker", "Electrical Engineering", "Excel", "Facilitation", "Financial Modelling", "French",
    "Git", "Go", "Graphic Design", "Illustration", "Interviewing", "Java", "JavaScript", "Kubernetes",
    "Lean Management", "Linux", "Machine Learning", "Market Research", "Mentoring", "MongoDB", "Negotiation",
    "Networking", "Online Marketing", "Photography", "Presentation", "Pricing", "Procurement", "Project Management",
    "Prototyping", "Public Speaking", "Python", "Quality Management", "React", "Recruiting",
    "Requirements Engineering", "Risk Management", "SAP", "SEO", "SQL", "Security", "Service Design", "Spanish",
    "Statistics", "Storytelling", "Strategy", "Supply Chain", "Teaching", "Technical Writing", "Testing",
    "TypeScript", "UX Research", "Video Editing", "Visualisation", "Welding",
)  # fmt: skip

INTERESTS = (
    "Astronomy", "Badminton", "Baking", "Beekeeping", "Birdwatching", "Board Games", "Bouldering", "Brewing",
    "Camping", "Ceramics", "Chess", "Choir", "Cinema", "Coffee", "Cooking", "Cycling", "Dancing", "Diving", "Fishing",
    "Football", "Gardening", "Guitar", "Hiking", "History", "Jazz", "Knitting", "Languages", "Literature",
    "Meditation", "Museums", "Painting", "Piano", "Podcasts", "Pottery", "Rowing", "Running", "Sailing", "Skiing",
    "Sustainability", "Swimming", "Table Tennis", "Theatre", "Travel", "Volunteering", "Woodworking", "Yoga",
)  # fmt: skip

# All seeded people share one password, so one hash serves for all of them. Made with the app's own parameters.
SHARED_PASSWORD = "neural-rendezvous-2021"  # noqa: S105  for demonstration and load tests
SHARED_PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1"  # noqa: S105  of the password above
    "$VGFh9wtE0ldj4oGvwCx7Tw$VIQxcVkwq+/+a4LcfS5eMiTlU7IlQ2SQtt172BnQYEk"
)
